#include "providers/local/door_answer.h"

#include <nlohmann/json.hpp>

namespace lifeboat::local {

base::Status ask_door(system::HttpConnection& connection, const RegionLayout& region, base::Milliseconds timeout) {
  system::HttpRequest request;
  request.address = region.load_balancer.endpoint.address;
  request.port = region.load_balancer.endpoint.port;
  request.target = "/lifeboat/door";
  const auto answer = connection.request(request, timeout);
  if (!answer) return std::unexpected(answer.error());
  const auto json = nlohmann::json::parse(answer->body, nullptr, false);
  if (!json.is_object()) return {};
  if (json.value("lease", nlohmann::json()) != "ended" || json.value("mode", nlohmann::json()) == "forward") return {};
  return base::fail(base::ErrorCode::not_ready, "the load balancer answers, but the region's write lease has ended");
}

}  // namespace lifeboat::local
