#include <algorithm>
#include <map>

#include "engine/tasks.h"

namespace lifeboat::engine {
namespace {

using model::AssetKind;
using model::RegionRole;
using model::TrafficMode;

/// Collects the tasks that build regions, asset by asset.
class Build {
 public:
  Build(const State& state, const Operation& operation) : state_(state), operation_(operation) {}

  EffectId add(const std::string& step, EffectBody body, std::vector<EffectId> after) {
    EffectId id{operation_.id().value + "/" + step};
    tasks_.push_back({id, std::move(body), std::move(after)});
    return id;
  }

  /// Powers the region on and tells it who reigns; everything else of the region waits for that.
  void found(const base::RegionName& region) {
    const auto role = region == state_.active_region ? RegionRole::active : RegionRole::standby;
    const auto started = add("start/" + region.value, StartRegion{region}, {});
    ready_[region] =
        add("assign/" + region.value, AssignRole{region, role, state_.active_region, state_.epoch}, {started});
  }

  /// What stands after a refused or interrupted operation may be fenced; it is reopened in the new epoch.
  void reopen(const base::RegionName& region) {
    ready_[region] = add("reopen/" + region.value, ReopenWriter{region, state_.epoch}, {ready_[region]});
  }

  void ensure(const base::AssetId& asset, const std::vector<base::AssetId>& depends_on) {
    std::vector<EffectId> after;
    if (!asset.region.empty()) after.push_back(ready_.at(asset.region));
    for (const auto& other : depends_on) {
      if (ensured_.contains(other)) after.push_back(ensured_.at(other));
    }
    ensured_[asset] = add("ensure/" + asset.text(), EnsureAsset{asset, state_.epoch}, std::move(after));
  }

  void open(const base::RegionName& region) {
    const auto mode = region == state_.active_region ? TrafficMode::serve : TrafficMode::forward;
    add("traffic/" + region.value, SetTraffic{region, mode, state_.epoch}, after_asset({region, "lb"}));
  }

  /// The tasks that have to precede what belongs to the asset.
  std::vector<EffectId> after_asset(const base::AssetId& asset) const {
    if (ensured_.contains(asset)) return {ensured_.at(asset)};
    if (ready_.contains(asset.region)) return {ready_.at(asset.region)};
    return {};
  }

  const EffectId& ready(const base::RegionName& region) const { return ready_.at(region); }
  std::vector<Task> take() { return std::move(tasks_); }

 private:
  const State& state_;
  const Operation& operation_;
  std::vector<Task> tasks_;
  std::map<base::RegionName, EffectId> ready_;
  std::map<base::AssetId, EffectId> ensured_;
};

/// What an asset of a region being rebuilt waits for, the database aside: that one is reprotected meanwhile.
std::vector<base::AssetId> rebuild_order(const State& state, const model::AssetDescription& asset) {
  const auto first = asset.kind == AssetKind::web_instance    ? AssetKind::connection_pool
                     : asset.kind == AssetKind::load_balancer ? AssetKind::web_instance
                                                              : asset.kind;
  std::vector<base::AssetId> order;
  if (first == asset.kind) return order;
  for (const auto& other : state.setup.assets) {
    if (other.id.region == asset.id.region && other.kind == first) order.push_back(other.id);
  }
  return order;
}

}  // namespace

std::vector<Task> building_tasks(const State& state, const Operation& operation) {
  const auto& plan = operation.started.plan;
  Build build(state, operation);
  for (const auto& region : plan.regions) build.found(region);
  if (state.must_reopen) build.reopen(state.active_region);
  for (const auto& step : plan.steps) {
    if (step.action == plan::Action::ensure) build.ensure(step.asset, step.depends_on);
  }
  for (const auto& region : plan.regions) build.open(region);
  build.add("dns", WriteDnsRecord{state.active_region, state.epoch}, build.after_asset({{}, "dns"}));
  return build.take();
}

std::vector<Task> reprotecting_tasks(const State& state, const Operation& operation) {
  const auto& region = operation.started.to;
  Build build(state, operation);
  build.found(region);
  build.add("reprotect", Reprotect{region, state.active_region, state.epoch}, {build.ready(region)});
  for (const auto kind :
       {AssetKind::network, AssetKind::connection_pool, AssetKind::web_instance, AssetKind::load_balancer,
        AssetKind::metrics_server, AssetKind::alert_manager, AssetKind::exporter, AssetKind::monitoring_cluster}) {
    for (const auto& asset : state.setup.assets) {
      if (asset.id.region == region && asset.kind == kind) build.ensure(asset.id, rebuild_order(state, asset));
    }
  }
  build.open(region);
  return build.take();
}

}  // namespace lifeboat::engine
