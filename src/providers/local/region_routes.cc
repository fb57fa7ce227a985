#include "providers/local/region_routes.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "journal/record_json.h"
#include "metrics/families.h"
#include "providers/local/agent_metrics.h"
#include "providers/local/duty_wire.h"
#include "providers/local/wire.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;

template <class T>
base::Result<std::string> outcome(base::Result<T> result) {
  if (!result) return std::unexpected(result.error());
  return journal::to_json(engine::Outcome(std::move(*result))).dump();
}

base::Result<model::TrafficMode> mode_from_name(const std::string& name) {
  for (const auto mode : {model::TrafficMode::closed, model::TrafficMode::serve, model::TrafficMode::forward}) {
    if (model::to_string(mode) == name) return mode;
  }
  return base::fail(ErrorCode::bad_request,
                    fmt::format("'{}' is no traffic mode; there are closed, serve and forward", name));
}

Relay relay_of(const AgentRequest& request) {
  return request.flag("relay", true) ? Relay::to_the_other_region : Relay::no;
}

/// Adds one table's paths to another.
void add(AgentRoutes& routes, std::map<std::string, AgentRoute> more) {
  routes.post.merge(std::move(more));
}

void add_looks(AgentRoutes& routes, RegionAgent& agent, const base::RegionName& region) {
  routes.get["/v1/health"] = [&agent, region](const AgentRequest&) -> base::Result<std::string> {
    const auto duty = agent.record().duty;
    nlohmann::json health{{"region", region.value},
                          {"epoch", duty.newest.value},
                          {"role", model::to_string(duty.role)},
                          {"writer", agent.writer()},
                          {"pid", ::getpid()},
                          {"duty", to_wire(duty)},
                          {"lease_request", to_wire(agent.lease_request())},
                          {"lease_left_ms", agent.lease_left().count()}};
    if (const auto heard = agent.heard_of_other()) health["heard_of_other_ms"] = heard->count();
    return health.dump();
  };
  routes.get["/v1/observation"] = [&agent](const AgentRequest&) -> base::Result<std::string> {
    return to_wire(agent.observe());
  };
  routes.get["/v1/facts"] = [&agent](const AgentRequest&) -> base::Result<std::string> {
    return to_wire(agent.facts());
  };
}

void add_region_effects(AgentRoutes& routes, RegionAgent& agent, const ports::Clock& clock) {
  add(routes, {{"/v1/assign",
                [&agent](const AgentRequest& request) -> base::Result<std::string> {
                  const auto role = role_from_name(request.text("role"));
                  if (!role) return std::unexpected(role.error());
                  return done(agent.assign({*role, {request.text("active_region")}, request.epoch()}));
                }},
               {"/v1/assets/ensure",
                [&agent, &clock](const AgentRequest& request) {
                  return done(agent.ensure(request.text("name"), request.epoch(), clock.now() + request.timeout()));
                }},
               {"/v1/traffic",
                [&agent, &clock](const AgentRequest& request) -> base::Result<std::string> {
                  const auto mode = mode_from_name(request.text("mode"));
                  if (!mode) return std::unexpected(mode.error());
                  return done(agent.set_traffic(*mode, request.epoch(), clock.now() + request.timeout()));
                }},
               {"/v1/writes/hold",
                [&agent, &clock](const AgentRequest& request) {
                  return done(agent.hold(request.epoch(), clock.now() + request.timeout(), relay_of(request)));
                }},
               {"/v1/writes/release",
                [&agent, &clock](const AgentRequest& request) {
                  return done(agent.release(request.epoch(), {request.text("writer_region")},
                                            clock.now() + request.timeout(), relay_of(request)));
                }},
               {"/v1/stop", [&agent](const AgentRequest&) { return done(agent.stop()); }}});
}

void add_leases(AgentRoutes& routes, RegionAgent& agent) {
  add(routes,
      {{"/v1/lease",
        [&agent](const AgentRequest& request) -> base::Result<std::string> {
          agent.take_lease(grant_from_wire(request.body()));
          return done({});
        }},
       {"/v1/promise", [&agent](const AgentRequest& request) { return outcome(agent.promise(request.epoch())); }},
       // Every command carries its controller's term; this one carries nothing else.
       {"/v1/term", [](const AgentRequest&) { return done({}); }}});
}

void add_database_effects(AgentRoutes& routes, RegionAgent& agent, const ports::Clock& clock) {
  add(routes,
      {{"/v1/database/checkpoint",
        [&agent, &clock](const AgentRequest& request) {
          return done(agent.checkpoint(request.epoch(), clock.now() + request.timeout()));
        }},
       {"/v1/database/fence",
        [&agent, &clock](const AgentRequest& request) {
          return outcome(agent.fence(request.epoch(), request.flag("planned", false), clock.now() + request.timeout()));
        }},
       {"/v1/database/drain",
        [&agent, &clock](const AgentRequest& request) -> base::Result<std::string> {
          const auto drained =
              agent.drain({static_cast<std::uint64_t>(request.number("until"))}, clock.now() + request.timeout());
          if (!drained) return std::unexpected(drained.error());
          return outcome(base::Result<engine::Position>(engine::Position{*drained}));
        }},
       {"/v1/database/promote",
        [&agent, &clock](const AgentRequest& request) {
          return outcome(agent.promote(request.epoch(), clock.now() + request.timeout()));
        }},
       {"/v1/database/reopen",
        [&agent, &clock](const AgentRequest& request) {
          return done(agent.reopen(request.epoch(), clock.now() + request.timeout()));
        }},
       {"/v1/database/reprotect", [&agent, &clock](const AgentRequest& request) {
          return outcome(agent.reprotect(request.epoch(), clock.now() + request.timeout()));
        }}});
}

void add_drill_effects(AgentRoutes& routes, RegionAgent& agent, const ports::Clock& clock) {
  add(routes, {{"/v1/drill/clone",
                [&agent, &clock](const AgentRequest& request) -> base::Result<std::string> {
                  const auto made = agent.clone(request.begun(), clock.now() + request.timeout());
                  if (!made) return std::unexpected(made.error());
                  return outcome(base::Result<engine::Position>(engine::Position{*made}));
                }},
               {"/v1/drill/promote",
                [&agent, &clock](const AgentRequest& request) -> base::Result<std::string> {
                  const auto took = agent.drill().promote(request.begun(), clock.now() + request.timeout());
                  if (!took) return std::unexpected(took.error());
                  const auto as_json = [](const Endpoint& endpoint) {
                    return nlohmann::json{{"address", endpoint.address}, {"port", endpoint.port}};
                  };
                  return nlohmann::json{{"promotion_ms", took->count()},
                                        {"database", as_json(agent.drill().database_endpoint())},
                                        {"web", as_json(agent.drill().web_endpoint())}}
                      .dump();
                }},
               {"/v1/drill/discard", [&agent, &clock](const AgentRequest& request) {
                  return done(agent.drill().discard(request.begun(), clock.now() + request.timeout()));
                }}});
}

}  // namespace

AgentRoutes region_routes(RegionAgent& agent, const ports::Clock& clock, const base::RegionName& region,
                          const std::string& token) {
  AgentRoutes routes{.token = token, .obey = {}, .get = {}, .post = {}};
  routes.obey = [&agent](const engine::Term& term) { return agent.obey(term); };
  routes.metrics = [&agent] { return metrics::to_text(agent_metrics(agent.observe(), agent.vitals())); };
  add_looks(routes, agent, region);
  add_leases(routes, agent);
  add_region_effects(routes, agent, clock);
  add_database_effects(routes, agent, clock);
  add_drill_effects(routes, agent, clock);
  return routes;
}

}  // namespace lifeboat::local
