#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "model/assets.h"
#include "providers/aws/database_nodes.h"
#include "providers/aws/inventory.h"

namespace lifeboat::aws_world {
namespace {

using model::AssetState;
using model::ObservedAsset;

struct Sighting {
  AssetState state = AssetState::unknown;
  std::string detail = {};
};

Sighting of_target(const SeenInstance& seen, const SeenLoadBalancer& load_balancer) {
  const auto& state = seen.target_state;
  if (state == "healthy") return {AssetState::ready};
  if (state.empty()) return {AssetState::failing, "it runs and is no target of the load balancer"};
  const auto said = seen.target_reason.empty() ? state : fmt::format("{} ({})", state, seen.target_reason);
  if (state == "initial") return {AssetState::starting, fmt::format("the load balancer says {}", said)};
  // Nobody checks the targets of a listener that answers by itself.
  if (state == "unused" && !load_balancer.serves)
    return {AssetState::unknown, fmt::format("the load balancer is closed and does not check it: {}", said)};
  return {AssetState::failing, fmt::format("the load balancer says {}", said)};
}

Sighting of_instance(const SeenInstance& seen, const SeenLoadBalancer& load_balancer) {
  if (seen.state == "running") return of_target(seen, load_balancer);
  return {seen.state == "pending" ? AssetState::starting : AssetState::stopped,
          fmt::format("{} is {}", seen.id, seen.state)};
}

Sighting of_load_balancer(const SeenLoadBalancer& seen) {
  if (!seen.exists) return {AssetState::absent, "there is no such load balancer"};
  const auto said = seen.detail.empty() ? seen.state : fmt::format("{} ({})", seen.state, seen.detail);
  if (seen.state == "provisioning") return {AssetState::starting, said};
  if (seen.state != "active") return {AssetState::failing, said};
  if (seen.listener_arn.empty()) return {AssetState::failing, "it has no listener"};
  if (seen.target_group_arn.empty()) return {AssetState::failing, "it has no target group"};
  return {AssetState::ready};
}

/// A cluster that is being updated serves; its nodes are replaced one by one.
bool serves(std::string_view status) {
  return status == "ACTIVE" || status == "UPDATING";
}

Sighting of_cluster(const SeenCluster& seen) {
  if (!seen.exists) return {AssetState::absent, "there is no such cluster"};
  if (seen.status == "CREATING" || seen.status == "PENDING" || seen.node_group_status == "CREATING")
    return {AssetState::starting, "it is being created"};
  if (!serves(seen.status)) return {AssetState::failing, fmt::format("EKS says {}", seen.status)};
  if (seen.node_group_status.empty()) return {AssetState::failing, "it has no node group"};
  if (!serves(seen.node_group_status))
    return {AssetState::failing, fmt::format("EKS says {} of its node group", seen.node_group_status)};
  if (!seen.problems.empty()) return {AssetState::failing, fmt::format("{}", fmt::join(seen.problems, "; "))};
  return {AssetState::ready};
}

/// Everything but the database's nodes.
class Assets {
 public:
  Assets(const Inventory& seen, const model::Stack& stack, const base::RegionName& region)
      : seen_(seen), stack_(stack), region_(region) {
    for (const auto& instance : seen.instances) index(instance);
  }

  std::vector<ObservedAsset> take() {
    for (const auto& described : model::assets_of(stack_)) {
      if (described.id.region == region_ && described.kind != model::AssetKind::database_node) add(described);
    }
    // What nobody described is there all the same.
    for (const auto& instance : seen_.instances) {
      const auto& name = name_of(instance);
      if (described_.insert(name).second)
        add_web({{region_, name}, model::AssetKind::web_instance, base::ZoneName{instance.zone}}, by_name_.at(name));
    }
    return std::move(assets_);
  }

 private:
  static const std::string& name_of(const SeenInstance& instance) {
    return instance.asset.empty() ? instance.id : instance.asset;
  }

  /// While one is being replaced, two have the name; the one that runs counts.
  void index(const SeenInstance& instance) {
    auto& found = by_name_[name_of(instance)];
    if (found == nullptr || (found->state != "running" && instance.state == "running")) found = &instance;
  }

  void add(const model::AssetDescription& described) {
    described_.insert(described.id.name);
    switch (described.kind) {
      case model::AssetKind::network:
        return add_whole(described, seen_.network_id.empty() ? Sighting{AssetState::absent, "there is no such VPC"}
                                                             : Sighting{AssetState::ready});
      case model::AssetKind::web_instance:
        return add_web(described, find_instance(described.id.name));
      case model::AssetKind::load_balancer:
        add_whole(described, of_load_balancer(seen_.load_balancer));
        assets_.back().address = seen_.load_balancer.dns_name;
        assets_.back().port = stack_.load_balancer.port;
        return;
      case model::AssetKind::monitoring_cluster:
        add_whole(described, of_cluster(seen_.cluster));
        assets_.back().version = seen_.cluster.version;
        return;
      default:
        return add_whole(described, {AssetState::unknown, "the services of AWS do not tell of it"});
    }
  }

  /// What serves the region as a whole is in every zone, so also in the one that it is described in.
  void add_whole(const model::AssetDescription& described, Sighting sighting) {
    ObservedAsset asset;
    asset.id = described.id;
    asset.kind = described.kind;
    asset.zone = described.zone;
    asset.state = sighting.state;
    asset.detail = std::move(sighting.detail);
    assets_.push_back(std::move(asset));
  }

  void add_web(const model::AssetDescription& described, const SeenInstance* instance) {
    if (instance == nullptr) return add_whole(described, {AssetState::absent, "there is no such instance"});
    add_whole(described, of_instance(*instance, seen_.load_balancer));
    assets_.back().zone = base::ZoneName{instance->zone};
    assets_.back().address = instance->address;
    assets_.back().port = stack_.web.port;
  }

  const SeenInstance* find_instance(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }

  const Inventory& seen_;
  const model::Stack& stack_;
  const base::RegionName& region_;
  std::map<std::string_view, const SeenInstance*> by_name_;
  std::set<std::string> described_;
  std::vector<ObservedAsset> assets_;
};

}  // namespace

model::ObservedRegion to_observed(const Inventory& seen, const model::Stack& stack, const base::RegionName& region,
                                  base::WallTime at) {
  model::ObservedRegion observed;
  observed.name = region;
  observed.seen_at = at;
  if (!seen.duty) return observed;
  observed.reachable = true;
  observed.role = seen.duty->duty.role;
  observed.epoch = seen.duty->duty.newest;
  observed.traffic = seen.duty->traffic;
  observed.writes_held = seen.duty->writes_held;
  observed.nodes = database_nodes(seen, stack);
  const auto writer = std::ranges::find_if(observed.nodes, &model::ObservedDatabaseNode::accepts_writes);
  if (writer != observed.nodes.end()) observed.writer = writer->name;
  observed.assets = Assets(seen, stack, region).take();
  return observed;
}

}  // namespace lifeboat::aws_world
