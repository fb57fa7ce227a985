#pragma once

#include <string>
#include <string_view>

namespace lifeboat::system {

/// HMAC-SHA256 of the text, as 64 hexadecimal digits.
std::string hmac_sha256(std::string_view key, std::string_view text);

/// SHA-256 of the text in base64, as a Content-Security-Policy names a style.
std::string sha256_base64(std::string_view text);

}  // namespace lifeboat::system
