#include "aws/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>

#include "base/assert.h"

namespace lifeboat::aws {
namespace {

using Sha256 = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string sha256_hex(std::string_view text) {
  Sha256 digest{};
  ::SHA256(octets(text), text.size(), digest.data());
  return hex(bytes_of(digest));
}

std::string sha256_base64(std::string_view text) {
  Sha256 digest{};
  ::SHA256(octets(text), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> written{};  // OpenSSL ends it with a zero.
  const auto length = ::EVP_EncodeBlock(written.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(written.data()), static_cast<std::size_t>(length)};
}

std::string hmac_sha256_bytes(std::string_view key, std::string_view text) {
  Sha256 digest{};
  const auto* made = ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text), text.size(),
                            digest.data(), nullptr);
  LIFEBOAT_ASSERT(made != nullptr, "HMAC-SHA256 has no way to fail");
  return bytes_of(digest);
}

}  // namespace lifeboat::aws
