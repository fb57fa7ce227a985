#include "providers/aws/base64.h"

#include <algorithm>
#include <cstdint>

namespace lifeboat::aws_world {

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::size_t group = 3;
  std::string text;
  text.reserve((bytes.size() + 2) / group * 4);
  for (std::size_t at = 0; at < bytes.size(); at += group) {
    const auto part = bytes.substr(at, group);
    std::uint32_t bits = 0;
    for (std::size_t index = 0; index < group; ++index) {
      bits = bits << 8 | (index < part.size() ? static_cast<unsigned char>(part[index]) : 0U);
    }
    for (std::size_t index = 0; index <= group; ++index) {
      text += index <= part.size() ? alphabet[bits >> (18 - 6 * index) & 63U] : '=';
    }
  }
  return text;
}

std::string base64_url(std::string_view bytes) {
  auto text = base64(bytes);
  text.erase(std::ranges::find(text, '='), text.end());
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

}  // namespace lifeboat::aws_world
