#include "providers/local/global_agent.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "metrics/families.h"
#include "providers/local/agent_metrics.h"
#include "providers/local/asset.h"
#include "providers/local/duty_wire.h"
#include "providers/local/wire.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

}  // namespace

GlobalAgent::GlobalAgent(DnsServer::Parts parts, const AgentRecord& record)
    : clock_(parts.scope.clock), memory_(parts.scope.paths.role(), record), dns_(std::move(parts)) {}

base::Status GlobalAgent::start() {
  if (!memory_.is_ensured(dns_.name())) return {};
  starter_ = std::jthread([this] {
    const auto started = dns_.ensure(clock_.now() + ensure_again_limit);
    if (!started) spdlog::error("{}", started.error().text());
  });
  return {};
}

base::Status GlobalAgent::ensure(const AgentRequest& request) {
  const auto name = request.text("name");
  const auto epoch = request.epoch();
  if (name != dns_.name())
    return base::fail(ErrorCode::bad_request, fmt::format("there is no asset 'global/{}'", name));
  if (auto fresh = memory_.accept(epoch); !fresh) return fresh;
  if (auto added = memory_.add_ensured(name); !added) return added;
  return dns_.ensure(clock_.now() + request.timeout());
}

base::Status GlobalAgent::set_record(const AgentRequest& request) {
  const FrontDoorRecord record{.name = request.text("name"),
                               .address = request.text("address"),
                               .ttl_s = request.number("ttl_s"),
                               .epoch = request.epoch()};
  if (auto fresh = memory_.accept(record.epoch); !fresh) return fresh;
  return dns_.set_record(record, clock_.now() + request.timeout());
}

base::Status GlobalAgent::set_shadow(const AgentRequest& request) {
  return dns_.set_shadow(request.begun(), request.text("address"), clock_.now() + request.timeout());
}

base::Status GlobalAgent::remove_shadow(const AgentRequest& request) {
  return dns_.remove_shadow(request.begun(), clock_.now() + request.timeout());
}

base::Status GlobalAgent::stop() {
  if (auto removed = memory_.remove_ensured(dns_.name()); !removed) return removed;
  return dns_.stop();
}

model::ObservedRegion GlobalAgent::observe() {
  model::ObservedRegion seen;
  seen.name = {"global"};
  seen.reachable = true;
  seen.epoch = memory_.duty().newest;
  seen.assets.push_back(dns_.observe());
  seen.seen_at = clock_.wall_now();
  return seen;
}

AgentRoutes GlobalAgent::routes(const std::string& token) {
  AgentRoutes routes{.token = token, .obey = {}, .get = {}, .post = {}};
  routes.obey = [this](const engine::Term& term) { return memory_.obey(term); };
  routes.post["/v1/term"] = [this](const AgentRequest&) -> base::Result<std::string> {
    return nlohmann::json{{"duty", to_wire(memory_.duty())}}.dump();
  };
  routes.get["/v1/health"] = [this](const AgentRequest&) -> base::Result<std::string> {
    return nlohmann::json{{"region", "global"},
                          {"epoch", memory_.duty().newest.value},
                          {"role", "none"},
                          {"pid", ::getpid()},
                          {"duty", to_wire(memory_.duty())}}
        .dump();
  };
  routes.get["/v1/observation"] = [this](const AgentRequest&) -> base::Result<std::string> {
    return to_wire(observe());
  };
  routes.metrics = [this] { return metrics::to_text(agent_metrics(observe(), {memory_.duty(), {}, {}})); };
  routes.post["/v1/assets/ensure"] = [this](const AgentRequest& request) { return done(ensure(request)); };
  routes.post["/v1/dns/record"] = [this](const AgentRequest& request) { return done(set_record(request)); };
  routes.post["/v1/drill/shadow"] = [this](const AgentRequest& request) { return done(set_shadow(request)); };
  routes.post["/v1/drill/unshadow"] = [this](const AgentRequest& request) { return done(remove_shadow(request)); };
  routes.post["/v1/stop"] = [this](const AgentRequest&) { return done(stop()); };
  return routes;
}

}  // namespace lifeboat::local
