#pragma once

#include <string>
#include <string_view>

namespace lifeboat::aws {

/// SHA-256 as 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);
/// The same in base64, as S3's checksums are written.
std::string sha256_base64(std::string_view text);
/// HMAC-SHA256 as 32 raw bytes; signing keys are made by chaining these.
std::string hmac_sha256_bytes(std::string_view key, std::string_view text);
/// Each byte as two digits in lower case.
std::string hex(std::string_view bytes);

}  // namespace lifeboat::aws
