#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "events/core/http_types.h"

namespace lifeboat::events {

/// The messages of the wire contract; clients compare them.
namespace message {
inline constexpr std::string_view none = "100: No Message.";
inline constexpr std::string_view created = "101: Created.";
inline constexpr std::string_view modified = "102: Modified.";
inline constexpr std::string_view deleted = "103: Deleted.";
inline constexpr std::string_view invalid_endpoint = "600: Invalid endpoint.";
inline constexpr std::string_view method_not_allowed = "601: Method not allowed.";
inline constexpr std::string_view malformed_request = "610: Malformed request.";
inline constexpr std::string_view body_too_large = "611: Request body too large.";
inline constexpr std::string_view header_too_large = "612: Request header too large.";
inline constexpr std::string_view request_timeout = "613: Request not received in time.";
inline constexpr std::string_view bad_json = "700: Unable to parse JSON.";
inline constexpr std::string_view not_modifiable = "701: At least one provided field is not modifiable.";
inline constexpr std::string_view no_record = "702: No matching record found.";
inline constexpr std::string_view already_exists = "703: At least one field is unique and already exists.";
inline constexpr std::string_view internal = "800: Internal error.";
inline constexpr std::string_view unavailable = "801: Database unavailable. Nothing was changed.";
inline constexpr std::string_view read_only = "802: Database is read-only. Nothing was changed.";
inline constexpr std::string_view outcome_unknown =
    "803: The outcome of this write is unknown: the database did not answer after it was sent.";
inline constexpr std::string_view overloaded = "804: Too many requests are waiting. Nothing was changed.";
inline constexpr std::string_view too_many_connections = "805: Too many connections.";
inline constexpr std::string_view no_marker_table = "806: The marker table does not exist. Nothing was changed.";
inline constexpr std::string_view unauthorized = "900: Request Not Authorized.";
}  // namespace message

/// {"dataset": …, "status": {"message": …, "records": …, "success": true}}
Response success(int status, std::string_view text, const nlohmann::json& dataset, std::size_t records = 1);
/// {"status": {"message": …, "records": 0, "success": false}}
Response failure(int status, std::string_view text);
/// 400 with an object "field → [errors]" as the message.
Response invalid(const nlohmann::json& errors);
/// 503 with Retry-After.
Response unavailable(std::string_view text);
/// Bare JSON, for what is beyond the original.
Response plain_json(int status, const nlohmann::json& value);

/// UTF-8 text with sorted keys; non-ASCII is kept, and bytes that are not UTF-8 are replaced rather than thrown about.
std::string to_text(const nlohmann::json& value);

}  // namespace lifeboat::events
