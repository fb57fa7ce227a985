#include <openssl/crypto.h>

#include <algorithm>
#include <optional>

#include "system/http_server.h"

namespace lifeboat::system {
namespace {

/// The value of NAME=value in a list of such pairs; nothing when there is none.
std::optional<std::string> value_in(std::string_view list, char separator, std::string_view name) {
  while (!list.empty()) {
    const auto end = std::min(list.find(separator), list.size());
    auto pair = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return std::string(pair.substr(equals + 1));
  }
  return std::nullopt;
}

}  // namespace

std::string HttpCall::parameter(const std::string& name, const std::string& fallback) const {
  return value_in(query, '&', name).value_or(fallback);
}

std::string HttpCall::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

std::string HttpCall::cookie(const std::string& name) const {
  return value_in(header("cookie"), ';', name).value_or("");
}

bool equal_secrets(const std::string& left, const std::string& right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace lifeboat::system
