#include "events/core/token.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace lifeboat::events {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::size_t token_length = 50;

}  // namespace

base::Result<std::string> make_token() {
  // Bytes past the largest multiple of 36 are thrown away; taking them modulo 36 would favour the first letters.
  constexpr unsigned usable = 256 / alphabet.size() * alphabet.size();
  std::string token = "R";
  while (token.size() < token_length) {
    std::array<unsigned char, 64> bytes = {};
    const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got <= 0) return base::fail(base::ErrorCode::io_failed, "getrandom gave no bytes");
    for (std::size_t i = 0; i < static_cast<std::size_t>(got) && token.size() < token_length; ++i) {
      if (bytes.at(i) < usable) token += alphabet[bytes.at(i) % alphabet.size()];
    }
  }
  return token;
}

bool is_token_shaped(std::string_view text) {
  return text.size() == token_length && text.front() == 'R' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return alphabet.find(c) != std::string_view::npos; });
}

std::string token_hash(std::string_view token) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest = {};
  ::SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), digest.data());
  return fmt::format("{:02x}", fmt::join(digest, ""));
}

std::string_view token_from_header(std::string_view header) {
  const auto trim = [](std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
  };
  constexpr std::string_view scheme = "bearer ";
  header = trim(header);
  const bool bearer =
      header.size() > scheme.size() && std::equal(scheme.begin(), scheme.end(), header.begin(), [](char a, char b) {
        return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
      });
  return bearer ? trim(header.substr(scheme.size())) : header;
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace lifeboat::events
