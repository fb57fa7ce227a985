#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "providers/local/local_effects.h"
#include "providers/local/markers.h"
#include "providers/local/postgres_client.h"
#include "providers/local/postgres_config.h"
#include "system/dns_client.h"
#include "system/http_client.h"

// What a drill does: a clone, a shadow name, and a write through it.

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using nlohmann::json;

Milliseconds between(base::Instant from, base::Instant to) {
  return std::chrono::duration_cast<Milliseconds>(to - from);
}

}  // namespace

json LocalEffects::of_drill(base::WallTime begun) const {
  return {{"begun_ms", begun.time_since_epoch().count()},
          {"timeout_ms", std::max(left() - answer_margin, Milliseconds{1}).count()}};
}

LocalEffects::Answer LocalEffects::perform(const engine::CloneForDrill& effect) const {
  return post(effect.region, "/v1/drill/clone", of_drill(effect.begun).dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::RehearseFailover& effect) const {
  auto body = of_drill(effect.begun);
  const auto promoted = parts_.agent(effect.region).post("/v1/drill/promote", body.dump(), left());
  if (!promoted) return std::unexpected(promoted.error());
  CloneEndpoints clone;
  engine::Rehearsal rehearsal;
  try {
    const auto answer = json::parse(*promoted);
    clone = {{answer.at("database").at("address"), answer.at("database").at("port")},
             {answer.at("web").at("address"), answer.at("web").at("port")}};
    rehearsal.promotion = Milliseconds(answer.at("promotion_ms").get<std::int64_t>());
  } catch (const json::exception& error) {
    return base::fail(ErrorCode::implausible_answer,
                      fmt::format("the agent of {} answers nonsense: {}", effect.region.value, error.what()));
  }
  const auto began = parts_.clock.now();
  body = of_drill(effect.begun);
  body["address"] = clone.web.address;
  if (auto set = post({}, "/v1/drill/shadow", body.dump()); !set) return set;
  const auto named = parts_.clock.now();
  rehearsal.dns = between(began, named);
  rehearsal.marker = parts_.clock.wall_now().time_since_epoch().count();
  const auto served = write_through_shadow(clone, rehearsal.marker);
  if (!served) return std::unexpected(served.error());
  rehearsal.service = between(named, parts_.clock.now());
  rehearsal.served_by = *served;
  return rehearsal;
}

LocalEffects::Answer LocalEffects::perform(const engine::DiscardClone& effect) const {
  const auto body = of_drill(effect.begun).dump();
  if (auto removed = post({}, "/v1/drill/unshadow", body); !removed) return removed;
  return post(effect.region, "/v1/drill/discard", body);
}

/// As a client would: the name is asked for, and who it leads to has to acknowledge the write. Who did.
base::Result<std::string> LocalEffects::write_through_shadow(const CloneEndpoints& clone, std::int64_t marker) const {
  while (true) {
    auto served_by = try_shadow(clone, marker);
    if (served_by || parts_.clock.now() >= deadline_) return served_by;
    std::this_thread::sleep_for(look_again);
  }
}

base::Result<std::string> LocalEffects::try_shadow(const CloneEndpoints& clone, std::int64_t marker) const {
  const auto& stack = parts_.installed.stack;
  const auto& server = parts_.installed.layout.dns.endpoint;
  const auto name = stack.dns.shadow().host();
  const auto found = system::dns_lookup(server.address, server.port, name, std::min(left(), Milliseconds{500}));
  if (!found) return std::unexpected(found.error());
  if (found->addresses.empty()) return base::fail(ErrorCode::dns_failed, name + " has no address");
  system::HttpRequest request{.address = found->addresses.front(), .port = clone.web.port, .host = name};
  request.target = stack.web.health_path;
  const bool has_endpoint = !stack.web.marker_path.empty();
  if (has_endpoint) {
    request.method = "POST";
    request.target = stack.web.marker_path;
    request.bearer_token = parts_.secrets.marker_token;
    request.body = fmt::format(R"({{"number":{}}})", marker);
  }
  const auto reply = system::http_request(request, std::min(left(), Milliseconds{2000}));
  if (!reply) return std::unexpected(reply.error());
  if (reply->status != 200 && reply->status != 201) {
    return base::fail(ErrorCode::http_failed, fmt::format("{} answers {} with {}: {}", name, request.target,
                                                          reply->status, reply->body.substr(0, 200)));
  }
  if (!has_endpoint) {
    if (auto written = write_to_clone(clone, marker); !written) return std::unexpected(written.error());
  }
  return reply->served_by.empty() ? clone.web.text() : reply->served_by;
}

base::Status LocalEffects::write_to_clone(const CloneEndpoints& clone, std::int64_t marker) const {
  auto client = PostgresClient::connect({.host = clone.database.address,
                                         .port = clone.database.port,
                                         .user = application_role,
                                         .password = parts_.secrets.database_application,
                                         .database = parts_.installed.stack.database.name},
                                        left());
  if (!client) return std::unexpected(client.error());
  const auto written = client->query(write_marker_sql, left(), {std::to_string(marker)});
  return written ? base::Status{} : std::unexpected(written.error());
}

}  // namespace lifeboat::local
