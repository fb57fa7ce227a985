#include "journal/frame.h"

#include <boost/crc.hpp>
#include <charconv>

namespace lifeboat::journal {
namespace {

template <class Number>
void put(std::string& out, Number number) {
  for (std::size_t i = 0; i < sizeof(Number); ++i) out.push_back(static_cast<char>((number >> (8 * i)) & 0xFF));
}

template <class Number>
Number get(std::string_view bytes, std::size_t at) {
  Number number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number |= static_cast<Number>(static_cast<Number>(static_cast<unsigned char>(bytes[at + i])) << (8 * i));
  }
  return number;
}

/// A file system may have made the file longer before the data reached it; what is missing then reads as zeros.
bool ends_unwritten(std::string_view rest) {
  return rest.back() == '\0';
}

Frame bad(std::string_view rest, std::string_view why) {
  return {ends_unwritten(rest) ? FrameState::torn : FrameState::damaged, 0, {}, why};
}

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

std::string make_frame(std::uint64_t sequence, std::string_view payload) {
  std::string out;
  out.reserve(header_bytes + payload.size());
  put(out, static_cast<std::uint32_t>(payload.size()));
  put(out, sequence);
  put(out, crc32c(out));
  put(out, crc32c(payload));
  out += payload;
  return out;
}

Frame read_frame(std::string_view rest) {
  constexpr std::string_view cut = "the file ends within it";
  if (rest.size() < header_bytes) return {FrameState::torn, 0, {}, cut};
  const auto length = get<std::uint32_t>(rest, 0);
  // The header has its own checksum: a damaged length must not look like a frame that the file ends within.
  if (crc32c(rest.substr(0, 12)) != get<std::uint32_t>(rest, 12)) return bad(rest, "the header's checksum is wrong");
  if (length > largest_payload_bytes) return bad(rest, "the length is impossible");
  if (rest.size() < header_bytes + length) return {FrameState::torn, 0, {}, cut};
  const auto payload = rest.substr(header_bytes, length);
  if (crc32c(payload) != get<std::uint32_t>(rest, 16)) return bad(rest, "the payload's checksum is wrong");
  return {FrameState::whole, get<std::uint64_t>(rest, 4), payload, {}};
}

std::size_t find_frame(std::string_view bytes, std::size_t from) {
  for (auto at = from; at + header_bytes <= bytes.size(); ++at) {
    if (read_frame(bytes.substr(at)).state == FrameState::whole) return at;
  }
  return std::string_view::npos;
}

std::optional<std::uint64_t> version_of(std::string_view file) {
  constexpr auto words = magic.substr(0, magic.size() - 2);
  if (!file.starts_with(words)) return std::nullopt;
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(file.data() + words.size(), file.data() + file.size(), version);
  const bool named = error == std::errc{} && end != file.data() + file.size() && *end == '\n';
  return named ? std::optional(version) : std::nullopt;
}

std::optional<std::uint64_t> first_sequence(std::string_view file) {
  if (!file.starts_with(magic) || file.size() == magic.size()) return std::nullopt;
  const auto frame = read_frame(file.substr(magic.size()));
  return frame.state == FrameState::whole ? std::optional(frame.sequence) : std::nullopt;
}

}  // namespace lifeboat::journal
