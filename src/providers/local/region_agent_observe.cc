#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <thread>

#include "providers/local/region_agent.h"

// What the agent sees of its region.

namespace lifeboat::local {
model::ObservedRegion RegionAgent::observe() {
  std::vector<Asset*> assets{&load_balancer_, &pool_};
  for (const auto& asset : others_) assets.push_back(asset.get());
  // At once, so that parts that hang cost the time of one.
  std::vector<std::future<model::ObservedAsset>> looks;
  for (auto* asset : assets) {
    looks.push_back(std::async(std::launch::async, [asset] { return asset->observe(); }));
  }
  const auto record = memory_.record();
  model::ObservedRegion seen;
  seen.name = context_.region.name;
  seen.reachable = true;
  seen.role = record.duty.role;
  seen.epoch = record.duty.newest;
  seen.nodes = database_.observe();
  seen.writer = database_.writer();
  seen.synchronous_replica = database_.synchronous_replica();
  for (auto& look : looks) seen.assets.push_back(look.get());
  seen.traffic = load_balancer_.mode();
  seen.writes_held = pool_.held();
  if (engine::wants_lease(memory_.duty())) seen.lease_left = leases_.left();
  seen.seen_at = context_.clock.wall_now();
  return seen;
}

model::ObservedRegion RegionAgent::observe_settled() {
  constexpr base::Milliseconds settle_limit{2000};
  const auto deadline = context_.clock.now() + settle_limit;
  while (true) {
    auto seen = observe();
    const auto fails = [](const auto& asset) { return asset.state == model::AssetState::failing; };
    if (std::ranges::none_of(seen.assets, fails) || context_.clock.now() >= deadline) return seen;
    std::this_thread::sleep_for(base::Milliseconds{50});
  }
}

model::RegionFacts RegionAgent::facts() {
  model::RegionFacts facts;
  facts.region = context_.region.name;
  const auto seen = observe_settled();
  for (const auto& asset : seen.assets) {
    if (asset.kind == model::AssetKind::dashboard) continue;  // A standby is a replica with Grafana and without.
    auto& part = facts.parts[asset.id.name];
    part = asset.facts;
    part["version"] = asset.version;
    part["state"] = model::to_string(asset.state);
  }
  // Without a database that answers the part is absent, which parity reports as a difference.
  if (auto database = database_.facts()) {
    facts.parts["database"] = std::move(*database);
  } else {
    spdlog::warn("{}: {}", place(), database.error().text());
  }
  return facts;
}

}  // namespace lifeboat::local
