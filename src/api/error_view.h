#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace lifeboat::api {

/// {"error": {"code", "kind", "message", "help"}, "version": 1}, on one line without a newline.
std::string error_document(const base::Error& error);

/// The error in a document, or ErrorCode::unknown_error with the text when it holds none.
base::Error error_from_document(std::string_view text);

}  // namespace lifeboat::api
