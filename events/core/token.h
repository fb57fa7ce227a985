#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace lifeboat::events {

/// 'R' and 49 of [A-Z0-9], evenly distributed, from the operating system's secure random source.
/// Errors: unavailable when the source fails; there is no fallback.
base::Result<std::string> make_token();

/// Whether a text could be a token at all; what could not need not be looked up.
bool is_token_shaped(std::string_view text);

/// What is stored instead of the token: SHA-256 as 64 lower-case hexadecimal digits.
std::string token_hash(std::string_view token);

/// The token in an Authorization header: "Bearer <token>" in any case, or the bare token.
std::string_view token_from_header(std::string_view header);

/// Compares in a time that does not depend on where the texts differ.
bool same_secret(std::string_view a, std::string_view b);

}  // namespace lifeboat::events
