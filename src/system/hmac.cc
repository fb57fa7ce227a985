#include "system/hmac.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <array>

#include "base/assert.h"

namespace lifeboat::system {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view text) {
  Digest digest{};
  const auto* made = ::HMAC(::EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(text), text.size(),
                            digest.data(), nullptr);
  LIFEBOAT_ASSERT(made != nullptr, "HMAC-SHA256 has no way to fail");
  std::string hex;
  for (const auto byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string sha256_base64(std::string_view text) {
  Digest digest{};
  ::SHA256(bytes(text), text.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> base64{};
  const auto length = ::EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(digest.size()));
  return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(length)};
}

}  // namespace lifeboat::system
