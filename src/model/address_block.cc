#include "model/address_block.h"

#include <fmt/format.h>

#include <charconv>

namespace lifeboat::model {

namespace {

// Removes a number, and the character that must follow it (0: the end of the text), from the front.
std::optional<std::uint32_t> take_number(std::string_view& text, char after, std::uint32_t most) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value > most) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (after == 0) return text.empty() ? std::optional(value) : std::nullopt;
  if (!text.starts_with(after)) return std::nullopt;
  text.remove_prefix(1);
  return value;
}

std::uint32_t host_bits(int prefix) {
  return prefix == 0 ? 0xFFFFFFFFu : (prefix == 32 ? 0u : 0xFFFFFFFFu >> prefix);
}

}  // namespace

std::uint32_t AddressBlock::first() const {
  return base & ~host_bits(prefix);
}
std::uint32_t AddressBlock::last() const {
  return base | host_bits(prefix);
}

std::string AddressBlock::text() const {
  const std::uint32_t a = first();
  return fmt::format("{}.{}.{}.{}/{}", a >> 24, (a >> 16) & 255, (a >> 8) & 255, a & 255, prefix);
}

std::optional<AddressBlock> parse_address_block(std::string_view text) {
  AddressBlock block;
  for (const char after : {'.', '.', '.', '/'}) {
    const auto octet = take_number(text, after, 255);
    if (!octet) return std::nullopt;
    block.base = (block.base << 8) | *octet;
  }
  const auto prefix = take_number(text, 0, 32);
  if (!prefix) return std::nullopt;
  block.prefix = static_cast<int>(*prefix);
  return block;
}

}  // namespace lifeboat::model
