#include "providers/local/local_provider.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>
#include <utility>

#include "providers/local/door_answer.h"
#include "providers/local/duty_wire.h"
#include "providers/local/local_effects.h"
#include "providers/local/wire.h"
#include "system/dns_client.h"
#include "system/files.h"
#include "system/http_client.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;

constexpr Milliseconds observe_limit{1500};
constexpr Milliseconds inspect_limit{10'000};
constexpr Milliseconds dns_limit{500};
constexpr Milliseconds term_limit{1000};

}  // namespace

/// Connections that are kept between the probes of one region; each probe uses both at once.
struct LocalProvider::Probes {
  std::mutex mutex;
  system::HttpConnection agent;
  system::HttpConnection door;
};

LocalProvider::LocalProvider(Parts parts) : parts_(std::move(parts)) {
  const auto& layout = parts_.installed.layout;
  const auto& token = parts_.secrets.agent_token;
  agents_.try_emplace(base::RegionName{}, "global", layout.global_agent, token, &term_);
  for (const auto* region : {&layout.home, &layout.standby}) {
    agents_.try_emplace(region->name, region->name.value, region->agent, token, &term_);
    probes_.emplace(region->name, std::make_unique<Probes>());
  }
}

LocalProvider::~LocalProvider() = default;

Milliseconds LocalProvider::left(base::Instant deadline) const {
  return std::max(std::chrono::duration_cast<Milliseconds>(deadline - parts_.clock.now()), Milliseconds{1});
}

const AgentClient& LocalProvider::agent(const base::RegionName& region) const {
  return agents_.at(region);
}

engine::Term LocalProvider::newest_term() const {
  engine::Term newest;
  for (const auto& [name, agent] : agents_) {
    const auto health = agent.get("/v1/health", term_limit);
    if (!health) continue;
    try {
      auto term = duty_from_wire(nlohmann::json::parse(*health).at("duty")).term;
      if (term.number > newest.number) newest = std::move(term);
    } catch (const nlohmann::json::exception&) {
      continue;  // It refuses the claim if its term is a higher one.
    }
  }
  return newest;
}

/// The global agent has to take it; a region's agent may not answer. The newest epoch of which the global one knows.
base::Result<base::Epoch> LocalProvider::claim_term() const {
  base::Epoch newest;
  for (const auto& [region, agent] : agents_) {
    const auto claimed = agent.post("/v1/term", "{}", term_limit);
    const bool decides = region.empty();
    if (!claimed && (decides || claimed.error().code == base::ErrorCode::stale_term)) {
      return std::unexpected(claimed.error());
    }
    if (!decides) continue;
    try {
      newest = duty_from_wire(nlohmann::json::parse(*claimed).at("duty")).newest;
    } catch (const nlohmann::json::exception& error) {
      return base::fail(base::ErrorCode::implausible_answer,
                        fmt::format("the global agent does not say what it knows: {}", error.what()));
    }
  }
  return newest;
}

base::Status LocalProvider::take_over() {
  constexpr int attempts = 10;
  constexpr std::size_t name_length = 16;
  const auto name = system::random_token(name_length);
  if (!name) return std::unexpected(name.error());
  base::Result<base::Epoch> claimed;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    auto before = newest_term();
    const auto claimed_at = parts_.clock.now();
    term_ = {before.number + 1, *name};
    claimed = claim_term();
    if (claimed) {
      leads_ = engine::Leads{term_, std::move(before), *claimed, claimed_at};
      return {};
    }
  }
  return base::wrap(claimed.error(), "this controller cannot take the lead");
}

base::Result<std::optional<engine::SeatConfirmed>> LocalProvider::confirm_seat(Milliseconds timeout) {
  const auto asked_at = parts_.clock.now();
  const auto confirmed = agent({}).post("/v1/term", "{}", timeout);
  if (confirmed) return std::optional(engine::SeatConfirmed{asked_at});
  if (confirmed.error().code == base::ErrorCode::stale_term) return std::unexpected(confirmed.error());
  return std::optional<engine::SeatConfirmed>();
}

void LocalProvider::grant(const engine::LeaseGrant& grant, Milliseconds timeout) {
  const auto sent = agent(grant.region).post("/v1/lease", to_wire(grant).dump(), timeout);
  if (!sent) spdlog::debug("lease for {}: {}", grant.region.value, sent.error().message);
}

void LocalProvider::read_health(const std::string& body, ports::ProbeResult& result) const {
  try {
    const auto json = nlohmann::json::parse(body);
    result.lease_request = request_from_wire(json.at("lease_request"));
    result.duty = duty_from_wire(json.at("duty"));
    if (json.contains("heard_of_other_ms")) {
      result.heard_of_other = Milliseconds{json.at("heard_of_other_ms").get<std::int64_t>()};
    }
    result.superseded = result.duty->term.number > term_.number;
    result.obeys = result.duty->term == term_;
  } catch (const nlohmann::json::exception& error) {
    result.detail = fmt::format("the agent answers nonsense: {}", error.what());
  }
}

base::Result<engine::Outcome> LocalProvider::perform(const engine::Effect& effect, base::Instant deadline) {
  const LocalEffects effects({parts_.installed, parts_.secrets, parts_.clock, parts_.markers, parts_.measure,
                              [this](const base::RegionName& region) -> const AgentClient& { return agent(region); }},
                             deadline);
  return std::visit([&](const auto& body) { return effects.perform(body); }, effect.body);
}

ports::ProbeResult LocalProvider::probe(const base::RegionName& region, Milliseconds timeout) {
  auto& probes = *probes_.at(region);
  const std::scoped_lock lock(probes.mutex);
  const auto& layout = parts_.installed.layout.region(region);
  auto door = std::async(std::launch::async, [&] { return ask_door(probes.door, layout, timeout); });
  system::HttpRequest request;
  request.address = layout.agent.address;
  request.port = layout.agent.port;
  request.target = "/v1/health";
  request.bearer_token = parts_.secrets.agent_token;
  // A probe carries the term too, so that an agent that missed its claim hears of it.
  request.body = nlohmann::json{{"term", to_wire(term_)}}.dump();
  const auto health = probes.agent.request(request, timeout);
  const auto answered = door.get();
  ports::ProbeResult result{health.has_value(), answered.has_value(), ""};
  if (health && health->status == 200) read_health(health->body, result);
  if (health && health->status != 200) {
    result.superseded = error_from_wire(health->body, health->status).code == base::ErrorCode::stale_term;
  }
  if (!health) result.detail = health.error().message;
  if (!answered) result.detail += (result.detail.empty() ? "" : "; ") + answered.error().message;
  return result;
}

model::ObservedRegion LocalProvider::observe(const base::RegionName& region) {
  const auto answer = agent(region).get("/v1/observation", observe_limit);
  if (answer) {
    auto observed = region_from_wire(*answer);
    if (observed && observed->name == region) return std::move(*observed);
  }
  model::ObservedRegion unreachable;
  unreachable.name = region;
  unreachable.seen_at = parts_.clock.wall_now();
  return unreachable;
}

base::Result<model::RegionFacts> LocalProvider::inspect(const base::RegionName& region) {
  const auto answer = agent(region).get("/v1/facts", inspect_limit);
  if (!answer) return std::unexpected(answer.error());
  return facts_from_wire(*answer);
}

model::ObservedDns LocalProvider::observe_dns() {
  const auto& server = parts_.installed.layout.dns.endpoint;
  model::ObservedDns dns;
  dns.server = server.address;
  dns.port = server.port;
  dns.name = parts_.installed.stack.dns.host();
  const auto found = system::dns_lookup(server.address, server.port, dns.name, dns_limit);
  if (!found) return dns;
  dns.answered = true;
  dns.answer = found->addresses;
  dns.ttl_s = found->ttl_s;
  return dns;
}

std::vector<model::ObservedAsset> LocalProvider::observe_global() {
  const auto answer = agent({}).get("/v1/observation", observe_limit);
  if (!answer) return {};
  auto observed = region_from_wire(*answer);
  return observed ? std::move(observed->assets) : std::vector<model::ObservedAsset>{};
}

}  // namespace lifeboat::local
