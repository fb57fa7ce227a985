#include "aws/request.h"

#include <fmt/format.h>

#include <algorithm>

namespace lifeboat::aws {
namespace {

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string percent_encode(std::string_view text, bool keep_slashes) {
  std::string encoded;
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slashes && c == '/')) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::string Request::query_text() const {
  std::string text;
  for (const auto& [name, value] : query) {
    text += fmt::format("{}{}={}", text.empty() ? "" : "&", percent_encode(name), percent_encode(value));
  }
  return text;
}

std::string Request::url() const {
  const auto text = query_text();
  return fmt::format("{}://{}{}{}{}", scheme, host, path, text.empty() ? "" : "?", text);
}

std::string_view Request::header(std::string_view name) const {
  const auto wanted = lower_case(name);
  const auto found =
      std::ranges::find_if(headers, [&](const auto& field) { return lower_case(field.first) == wanted; });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

void Request::set_header(std::string_view name, std::string value) {
  const auto wanted = lower_case(name);
  std::erase_if(headers, [&](const auto& field) { return lower_case(field.first) == wanted; });
  headers.emplace_back(name, std::move(value));
}

}  // namespace lifeboat::aws
