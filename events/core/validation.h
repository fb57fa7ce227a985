#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "events/core/http_types.h"

namespace lifeboat::events {

/// What a body must hold.
enum class Form {
  event,        ///< name, location, description; all required.
  event_patch,  ///< The same; none required.
  user,         ///< username, email; both required.
};

/// Field name → text, each within its limits.
using Fields = std::map<std::string, std::string, std::less<>>;

/// A value, or the answer to send instead of going on.
template <class T>
using OrRefusal = std::expected<T, Response>;

/// Parses and checks a body. The refusal: 400 for what is not JSON, 409 for a
/// field that only the service may set, 400 with "field → [errors]" for the rest.
OrRefusal<Fields> read_form(Form form, std::string_view body);

/// The number in {"number": N}, or the 400 to answer.
OrRefusal<std::int64_t> read_marker(std::string_view body);

/// What to list: `?limit=&after=`. Without a limit: everything.
struct Page {
  std::optional<std::int64_t> limit;
  std::int64_t after = 0;
};
OrRefusal<Page> read_page(std::string_view query);

/// Characters as people count them, nearly: Unicode code points of valid UTF-8.
std::size_t code_points(std::string_view utf8);

/// The same addresses as the original's validator takes, for ASCII and for non-ASCII domains.
bool is_email(std::string_view text);

}  // namespace lifeboat::events
