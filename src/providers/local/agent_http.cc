#include "providers/local/agent_http.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/effect.h"
#include "journal/record_json.h"
#include "metrics/families.h"
#include "providers/local/duty_wire.h"
#include "providers/local/wire.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;

constexpr base::Milliseconds default_timeout{10'000};
constexpr std::int64_t timeout_max_ms = 600'000;

system::HttpAnswer refuse(ErrorCode code, int status, const std::string& message) {
  return {status, to_wire(base::fail(code, message).error())};
}

system::HttpAnswer run(const AgentRoutes& routes, const AgentRoute& route, const std::string& body) {
  try {
    const auto json = body.empty() ? nlohmann::json::object() : nlohmann::json::parse(body);
    if (routes.obey && json.contains("term")) {
      const auto obeyed = routes.obey(term_from_wire(json.at("term")));
      if (!obeyed) return {status_of(obeyed.error()), to_wire(obeyed.error())};
    }
    const auto result = route(AgentRequest(json));
    if (result) return {200, *result};
    return {status_of(result.error()), to_wire(result.error())};
  } catch (const nlohmann::json::exception& error) {
    return refuse(ErrorCode::bad_request, 400, fmt::format("the request's JSON does not fit: {}", error.what()));
  }
}

}  // namespace

base::Result<std::string> done(const base::Status& status) {
  if (!status) return std::unexpected(status.error());
  return journal::to_json(engine::Outcome(engine::Done{})).dump();
}

base::Epoch AgentRequest::epoch() const {
  return {body_.at("epoch").get<std::uint64_t>()};
}

base::Milliseconds AgentRequest::timeout() const {
  const auto given = body_.value("timeout_ms", default_timeout.count());
  return base::Milliseconds{std::clamp<std::int64_t>(given, 0, timeout_max_ms)};
}

base::WallTime AgentRequest::begun() const {
  return base::WallTime(base::Milliseconds(number("begun_ms")));
}

std::string AgentRequest::text(const char* name) const {
  return body_.at(name).get<std::string>();
}
std::int64_t AgentRequest::number(const char* name) const {
  return body_.at(name).get<std::int64_t>();
}
bool AgentRequest::flag(const char* name, bool fallback) const {
  return body_.value(name, fallback);
}

system::HttpAnswer answer_call(const AgentRoutes& routes, const system::HttpCall& call) {
  if (!system::equal_secrets(call.bearer_token, routes.token)) {
    return refuse(ErrorCode::unauthorized, 401, "the request does not carry the agent's token");
  }
  if (call.method == "GET" && call.path == "/metrics" && routes.metrics) {
    return {200, routes.metrics(), metrics::text_content_type};
  }
  const auto& table = call.method == "GET" ? routes.get : routes.post;
  const auto& other = call.method == "GET" ? routes.post : routes.get;
  if (call.method == "GET" || call.method == "POST") {
    if (const auto route = table.find(call.path); route != table.end()) return run(routes, route->second, call.body);
  }
  if (other.contains(call.path) || table.contains(call.path)) {
    return refuse(ErrorCode::bad_request, 405, fmt::format("{} is not a method of {}", call.method, call.path));
  }
  return refuse(ErrorCode::bad_request, 404, fmt::format("there is no {}", call.path));
}

}  // namespace lifeboat::local
