#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lifeboat::journal {

// The file's bytes: a magic line, then frames. docs/journal-format.md is the same for people.

inline constexpr std::string_view magic = "lifeboat journal 1\n";
inline constexpr std::size_t header_bytes = 20;
inline constexpr std::size_t largest_payload_bytes = 16u << 20;

/// A frame: length, sequence, checksum of these two, checksum of the payload (all little-endian), payload.
std::string make_frame(std::uint64_t sequence, std::string_view payload);

enum class FrameState {
  whole,
  torn,     ///< The file ends within it: a crash while appending.
  damaged,  ///< It is there and is not what was written.
};

struct Frame {
  FrameState state = FrameState::whole;
  std::uint64_t sequence = 0;
  std::string_view payload;
  std::string_view why;  ///< Of a damaged one.
};

/// Reads the frame at the beginning of `rest`, which reaches to the end of the file and is not empty.
Frame read_frame(std::string_view rest);

std::uint32_t crc32c(std::string_view bytes);

}  // namespace lifeboat::journal
