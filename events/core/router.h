#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::events {

/// Every endpoint of the API.
enum class Endpoint {
  init,
  register_user,
  auth_check,
  list_events,
  create_event,
  get_event,
  patch_event,
  delete_event,
  home,
  health,
  ready,
  version,
  metrics,
  marker,
};

/// Where a request goes. Without an endpoint: 404 when `allow` is empty, else 405 with that Allow header.
struct Match {
  std::optional<Endpoint> endpoint;
  std::string allow;
  std::optional<std::int64_t> id;  ///< For the three of /events/<id>; nothing when no record can have that number.
  std::string_view path_label;     ///< The route's template, for metrics: "/events/<id>"; "other" when none matches.
};

/// HEAD goes where GET goes.
Match match_route(std::string_view method, std::string_view path);

/// Whether the path is served without a token.
bool is_public(std::string_view path);

}  // namespace lifeboat::events
