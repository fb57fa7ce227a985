#include "events/core/router.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace lifeboat::events {
namespace {

struct Row {
  std::string_view path;
  std::string_view method;
  Endpoint endpoint;
};

constexpr std::string_view record_prefix = "/events/";
constexpr std::string_view record_path = "/events/<id>";

constexpr std::array rows = {
    Row{"/", "GET", Endpoint::home},
    Row{"/auth/", "GET", Endpoint::auth_check},
    Row{"/auth/register", "POST", Endpoint::register_user},
    Row{"/events", "GET", Endpoint::list_events},
    Row{"/events", "POST", Endpoint::create_event},
    Row{"/events/", "GET", Endpoint::list_events},
    Row{"/events/", "POST", Endpoint::create_event},
    Row{record_path, "DELETE", Endpoint::delete_event},
    Row{record_path, "GET", Endpoint::get_event},
    Row{record_path, "PATCH", Endpoint::patch_event},
    Row{"/healthz", "GET", Endpoint::health},
    Row{"/init", "POST", Endpoint::init},
    Row{"/lifeboat/marker", "POST", Endpoint::marker},
    Row{"/metrics", "GET", Endpoint::metrics},
    Row{"/readyz", "GET", Endpoint::ready},
    Row{"/version", "GET", Endpoint::version},
};

constexpr std::array public_paths = {"/auth/register", "/healthz", "/init",   "/lifeboat/marker",
                                     "/metrics",       "/readyz",  "/version"};

bool is_record_path(std::string_view path) {
  if (!path.starts_with(record_prefix) || path.size() == record_prefix.size()) return false;
  return std::all_of(path.begin() + record_prefix.size(), path.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> record_id(std::string_view path) {
  const auto digits = path.substr(record_prefix.size());
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
  if (error != std::errc{}) return std::nullopt;
  return id;
}

}  // namespace

Match match_route(std::string_view method, std::string_view path) {
  const bool record = is_record_path(path);
  const std::string_view wanted_path = record ? record_path : path;
  const std::string_view wanted_method = method == "HEAD" ? "GET" : method;
  Match match;
  match.path_label = "other";
  // "<" cannot be told from a template otherwise; no route has it in its literal path.
  if (!record && path == record_path) return match;
  for (const auto& row : rows) {
    if (row.path != wanted_path) continue;
    match.path_label = row.path;
    if (row.method == wanted_method) match.endpoint = row.endpoint;
    match.allow += (match.allow.empty() ? "" : ", ") + std::string(row.method);
    if (row.method == "GET") match.allow += ", HEAD";
  }
  if (record) match.id = record_id(path);
  return match;
}

bool is_public(std::string_view path) {
  return std::find(public_paths.begin(), public_paths.end(), path) != public_paths.end();
}

}  // namespace lifeboat::events
