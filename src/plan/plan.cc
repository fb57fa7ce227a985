#include "plan/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace lifeboat::plan {
namespace {

using model::AssetDescription;
using model::AssetKind;
using model::AssetState;
using model::DatabaseRole;

struct Seen {
  AssetState state = AssetState::absent;
  std::string detail;
};

std::map<base::AssetId, Seen> seen_assets(const std::vector<model::ObservedRegion>& regions,
                                          const std::vector<model::ObservedAsset>& global) {
  std::map<base::AssetId, Seen> seen;
  for (const auto& region : regions) {
    for (const auto& node : region.nodes) seen[{region.name, node.name}] = {node.state, node.detail};
    for (const auto& asset : region.assets) seen[asset.id] = {asset.state, asset.detail};
  }
  for (const auto& asset : global) seen[asset.id] = {asset.state, asset.detail};
  return seen;
}

std::string reason_of(const Seen& seen) {
  const auto detail = seen.detail.empty() ? std::string() : ": " + seen.detail;
  switch (seen.state) {
    case AssetState::absent:
      return "absent";
    case AssetState::starting:
      return "still starting" + detail;
    case AssetState::ready:
      return "as described";
    case AssetState::failing:
      return "its health check fails" + detail;
    case AssetState::stopped:
      return "stopped" + detail;
    case AssetState::unknown:
      return "its region does not answer" + detail;
  }
  std::unreachable();
}

/// Which kind an asset of its own region waits for; nothing for what depends on nobody.
std::optional<AssetKind> waits_for(AssetKind kind) {
  switch (kind) {
    case AssetKind::connection_pool:
      return AssetKind::database_node;
    case AssetKind::web_instance:
      return AssetKind::connection_pool;
    case AssetKind::load_balancer:
      return AssetKind::web_instance;
    default:
      return std::nullopt;
  }
}

class Planner {
 public:
  Planner(const model::Stack& stack, const Reign& reign, const std::vector<model::ObservedRegion>& observed)
      : assets_(model::assets_of(stack)), reign_(reign), observed_(observed) {
    if (stack.world != model::World::aws) return;
    for (const auto& asset : assets_) {
      if (asset.kind == AssetKind::load_balancer) doors_.push_back(asset.id);
    }
  }

  std::vector<base::AssetId> dependencies(const AssetDescription& asset) const {
    if (asset.kind == AssetKind::database_node) return database_dependency(asset);
    if (asset.kind == AssetKind::network) return {};
    if (asset.kind == AssetKind::dns_server) return doors_;
    auto first = assets_waited_for(asset);
    std::ranges::move(networks(asset.id.region), std::back_inserter(first));
    return first;
  }

  const std::vector<AssetDescription>& assets() const { return assets_; }

 private:
  /// In the local world addresses are just there, and no network is described.
  std::vector<base::AssetId> networks(const base::RegionName& region) const {
    std::vector<base::AssetId> all;
    for (const auto& other : assets_) {
      if (other.kind == AssetKind::network && other.id.region == region) all.push_back(other.id);
    }
    return all;
  }

  std::vector<base::AssetId> assets_waited_for(const AssetDescription& asset) const {
    const auto kind = waits_for(asset.kind);
    if (!kind) return {};
    // The pool needs one node only, the leading one; the load balancer waits for every instance, so that it opens with
    // all.
    if (*kind == AssetKind::database_node) return {leading_database(asset.id.region)};
    std::vector<base::AssetId> all;
    for (const auto& other : assets_) {
      if (other.id.region == asset.id.region && other.kind == *kind) all.push_back(other.id);
    }
    return all;
  }

  /// The node that the others of its region copy: the one that was seen leading, in a new region the first.
  base::AssetId leading_database(const base::RegionName& region) const {
    for (const auto& seen : observed_) {
      if (seen.name != region) continue;
      for (const auto& node : seen.nodes) {
        const bool leads = node.role == DatabaseRole::writer || node.role == DatabaseRole::cross_region_replica;
        if (leads) return {region, node.name};
      }
    }
    const auto found = std::ranges::find_if(assets_, [&region](const auto& asset) {
      return asset.id.region == region && asset.kind == AssetKind::database_node;
    });
    return found->id;
  }

  /// The writer comes first; its own standbys and the other region's replica copy it, and that replica's standbys copy
  /// the replica.
  std::vector<base::AssetId> database_dependency(const AssetDescription& asset) const {
    const auto leader = leading_database(asset.id.region);
    if (asset.id != leader) return {leader};
    auto first = networks(asset.id.region);
    if (asset.id.region != reign_.active_region) first.push_back(leading_database(reign_.active_region));
    return first;
  }

  std::vector<AssetDescription> assets_;
  std::vector<base::AssetId> doors_;  ///< What DNS waits for: on AWS its records name load balancers that exist.
  const Reign& reign_;
  const std::vector<model::ObservedRegion>& observed_;
};

void add_removals(Plan& plan, const std::vector<AssetDescription>& described,
                  const std::map<base::AssetId, Seen>& seen) {
  for (const auto& [id, what] : seen) {
    if (what.state == AssetState::absent) continue;
    const bool known = std::ranges::any_of(described, [&id](const auto& asset) { return asset.id == id; });
    // Grafana runs where its binary is found, whatever the stack file says.
    if (known || id.name.starts_with("grafana")) continue;
    plan.steps.push_back({id, AssetKind::network, Action::remove, "runs and is not described", {}});
  }
}

/// Leaves only those dependencies that are steps with work to do.
void keep_pending_dependencies(Plan& plan) {
  std::map<base::AssetId, Action> actions;
  for (const auto& step : plan.steps) actions[step.asset] = step.action;
  for (auto& step : plan.steps) {
    std::erase_if(step.depends_on, [&actions](const base::AssetId& id) {
      const auto found = actions.find(id);
      return found == actions.end() || found->second != Action::ensure;
    });
    if (step.action != Action::ensure) step.depends_on.clear();
  }
}

}  // namespace

bool Plan::changes_nothing() const {
  return std::ranges::all_of(steps, [](const Step& step) { return step.action == Action::keep; });
}

Plan make_plan(const model::Stack& stack, const Reign& reign, const std::vector<model::ObservedRegion>& observed,
               const std::vector<model::ObservedAsset>& observed_global) {
  const Planner planner(stack, reign, observed);
  const auto seen = seen_assets(observed, observed_global);
  Plan plan;
  plan.active_region = reign.active_region;
  plan.regions = {reign.active_region};
  if (reign.standby_belongs) plan.regions.push_back(stack.other(reign.active_region).name);
  for (const auto& asset : planner.assets()) {
    const bool belongs = asset.id.region.empty() || std::ranges::count(plan.regions, asset.id.region) > 0;
    if (!belongs) continue;
    const auto found = seen.find(asset.id);
    const Seen what = found == seen.end() ? Seen{} : found->second;
    const auto action = what.state == AssetState::ready ? Action::keep : Action::ensure;
    plan.steps.push_back({asset.id, asset.kind, action, reason_of(what), planner.dependencies(asset)});
  }
  add_removals(plan, planner.assets(), seen);
  keep_pending_dependencies(plan);
  return plan;
}

std::string explain(const Plan& plan) {
  std::string text = fmt::format("active region: {}\n", plan.active_region.value);
  for (const auto& step : plan.steps) {
    text += fmt::format("{:<7} {:<26} {}", to_string(step.action), step.asset.text(), step.reason);
    for (std::size_t i = 0; i < step.depends_on.size(); ++i) {
      text += (i == 0 ? " (after " : ", ") + step.depends_on[i].text();
    }
    text += step.depends_on.empty() ? "\n" : ")\n";
  }
  return text;
}

std::string_view to_string(Action action) {
  switch (action) {
    case Action::keep:
      return "keep";
    case Action::ensure:
      return "ensure";
    case Action::remove:
      return "remove";
  }
  std::unreachable();
}

}  // namespace lifeboat::plan
