#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::journal {

// The file's bytes: a magic line, then frames. docs/journal-format.md is the same for people.

// Versions that can be read stay readable for ever; the newest is written.
inline constexpr std::uint64_t newest_version = 1;
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
  std::string_view why;  ///< Of one that is not whole.
};

/// Reads the frame at the beginning of `rest`, which reaches to the end of the file and is not empty.
Frame read_frame(std::string_view rest);

/// Where the next whole frame begins, at `from` or after it; npos when there is none.
std::size_t find_frame(std::string_view bytes, std::size_t from);

/// The version that the file's first line names; nothing when it names none.
std::optional<std::uint64_t> version_of(std::string_view file);

/// The sequence number of the file's first frame; nothing when that cannot be read.
std::optional<std::uint64_t> first_sequence(std::string_view file);

std::uint32_t crc32c(std::string_view bytes);

}  // namespace lifeboat::journal
