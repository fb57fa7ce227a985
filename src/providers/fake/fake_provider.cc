#include "providers/fake/fake_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/assets.h"

namespace lifeboat::fake {
namespace {

using model::AssetState;
using model::DatabaseRole;

DatabaseRole role_of(const Database& database, bool first) {
  if (database.writable) return first ? DatabaseRole::writer : DatabaseRole::synchronous_standby;
  if (!database.running) return DatabaseRole::none;
  return first ? DatabaseRole::cross_region_replica : DatabaseRole::cascading_standby;
}

model::ObservedDatabaseNode node_of(const Region& region, const model::AssetDescription& asset) {
  const auto& database = region.database;
  const bool first = asset.id.name == "db-1";
  model::ObservedDatabaseNode node;
  node.name = asset.id.name;
  node.zone = asset.zone;
  node.state = database.running ? AssetState::ready : database.built ? AssetState::stopped : AssetState::absent;
  node.role = role_of(database, first);
  node.system_identifier = "7000000000000000001";
  node.timeline = database.timeline;
  node.position = node.replayed = position_of(database);
  node.streaming = database.streams || (database.writable && !first);
  node.accepts_writes = database.writable && first;
  if (database.streams) {
    node.lag_bytes = 0;
    node.lag_ms = 0;
  }
  return node;
}

}  // namespace

FakeProvider::FakeProvider(const model::Stack& stack) : stack_(stack), world_(stack) {}

void FakeProvider::fail(std::string step, int times, base::ErrorCode code) {
  const std::lock_guard lock(mutex_);
  faults_.push_back({std::move(step), times, false, code, std::nullopt});
}

void FakeProvider::lose_answer(std::string step, int times) {
  const std::lock_guard lock(mutex_);
  faults_.push_back({std::move(step), times, true, base::ErrorCode::wait_expired, std::nullopt});
}

void FakeProvider::answer_with(std::string step, engine::Outcome outcome) {
  const std::lock_guard lock(mutex_);
  faults_.push_back({std::move(step), 1, true, base::ErrorCode::effect_failed, std::move(outcome)});
}

void FakeProvider::heal() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<FakeProvider::Fault> FakeProvider::next_fault(const engine::EffectId& id) {
  const auto found =
      std::ranges::find_if(faults_, [&id](const Fault& fault) { return id.value.ends_with(fault.step); });
  if (found == faults_.end()) return std::nullopt;
  auto fault = *found;
  if (--found->times <= 0) faults_.erase(found);
  return fault;
}

base::Result<engine::Outcome> FakeProvider::perform(const engine::Effect& effect, base::Instant) {
  const std::lock_guard lock(mutex_);
  const auto fault = next_fault(effect.id);
  if (fault && !fault->carried_out) return base::fail(fault->code, "a fault was injected");
  auto answer = world_.perform(effect.body);
  if (!fault) return answer;
  if (fault->instead) return *fault->instead;
  return base::fail(fault->code, "the answer was lost");
}

void FakeProvider::grant(const engine::LeaseGrant& grant, base::Milliseconds) {
  const std::lock_guard lock(mutex_);
  auto& holder = world_.region(grant.region);
  if (holder.powered && holder.reachable) holder.leased = std::max(holder.leased, grant.epoch);
}

ports::ProbeResult FakeProvider::probe(const base::RegionName& region, base::Milliseconds timeout) {
  const std::lock_guard lock(mutex_);
  const auto& found = world_.region(region);
  if (found.slow) return {false, false, fmt::format("no answer within {} ms", timeout.count())};
  if (!found.powered || !found.reachable) return {false, false, "connection refused"};
  engine::AgentDuty duty;
  duty.role = found.role;
  duty.active_region = found.active_region;
  duty.epoch = duty.newest = found.epoch;
  duty.fenced_through = found.fenced;
  return {.agent_answered = true,
          .door_answered = found.assets.contains("lb"),
          .detail = "",
          .lease_request = engine::LeaseRequest{found.epoch, {}},
          .duty = duty,
          .obeys = true};
}

model::ObservedRegion FakeProvider::observe(const base::RegionName& region) {
  const std::lock_guard lock(mutex_);
  const auto& found = world_.region(region);
  model::ObservedRegion observed;
  observed.name = region;
  observed.reachable = found.powered && found.reachable;
  if (!observed.reachable) return observed;
  observed.role = found.role;
  observed.epoch = found.epoch;
  observed.traffic = found.traffic;
  observed.writes_held = found.held;
  if (found.database.writable) observed.writer = "db-1";
  for (const auto& asset : model::assets_of(stack_)) {
    if (asset.id.region != region) continue;
    if (asset.kind == model::AssetKind::database_node) {
      observed.nodes.push_back(node_of(found, asset));
    } else {
      model::ObservedAsset seen;
      seen.id = asset.id;
      seen.kind = asset.kind;
      seen.zone = asset.zone;
      seen.state = found.assets.contains(asset.id.name) ? AssetState::ready : AssetState::absent;
      observed.assets.push_back(std::move(seen));
    }
  }
  return observed;
}

base::Result<model::RegionFacts> FakeProvider::inspect(const base::RegionName& region) {
  const std::lock_guard lock(mutex_);
  const auto& found = world_.region(region);
  if (!found.powered || !found.reachable) {
    return base::fail(base::ErrorCode::region_unreachable, fmt::format("{} does not answer", region.value));
  }
  return model::RegionFacts{.region = region, .parts = {}};
}

model::ObservedDns FakeProvider::observe_dns() {
  const std::lock_guard lock(mutex_);
  model::ObservedDns observed;
  observed.answered = !world_.global_assets.empty();
  observed.name = stack_.dns.host();
  if (!world_.dns_answer.empty()) observed.answer = {world_.dns_answer.value};
  observed.ttl_s = stack_.dns.ttl.count();
  return observed;
}

std::vector<model::ObservedAsset> FakeProvider::observe_global() {
  const std::lock_guard lock(mutex_);
  std::vector<model::ObservedAsset> observed;
  for (const auto& asset : model::assets_of(stack_)) {
    if (!asset.id.region.empty()) continue;
    const bool there = std::ranges::count(world_.global_assets, asset.id.name) > 0;
    model::ObservedAsset seen;
    seen.id = asset.id;
    seen.kind = asset.kind;
    seen.state = there ? AssetState::ready : AssetState::absent;
    observed.push_back(std::move(seen));
  }
  return observed;
}

}  // namespace lifeboat::fake
