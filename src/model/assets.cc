#include "model/assets.h"

#include <fmt/format.h>

#include <string_view>

namespace lifeboat::model {
namespace {

class AssetList {
 public:
  /// What serves the region as a whole; it sits in the first zone.
  void one(const Region& region, AssetKind kind, std::string_view name) {
    assets_.push_back({{region.name, std::string(name)}, kind, region.zones.front()});
  }
  /// Instances "name-1", "name-2" …, zone after zone.
  void spread(const Region& region, AssetKind kind, std::string_view name, int count) {
    for (int index = 0; index < count; ++index) {
      const auto& zone = region.zones[static_cast<std::size_t>(index) % region.zones.size()];
      assets_.push_back({{region.name, fmt::format("{}-{}", name, index + 1)}, kind, zone});
    }
  }
  /// The same where somebody else chooses the zones.
  void scattered(const Region& region, AssetKind kind, std::string_view name, int count) {
    for (int index = 0; index < count; ++index) {
      assets_.push_back({{region.name, fmt::format("{}-{}", name, index + 1)}, kind, {}});
    }
  }
  void global(AssetKind kind, std::string_view name) { assets_.push_back({{{}, std::string(name)}, kind, {}}); }
  std::vector<AssetDescription> take() { return std::move(assets_); }

 private:
  std::vector<AssetDescription> assets_;
};

/// Of an RDS instance the second node is the Multi-AZ standby; RDS chooses the zones of both, and swaps them. Whoever
/// built an adopted stack chose its zones. Prometheus and the like run inside the cluster.
void add_aws_region(AssetList& list, const Stack& stack, const Region& region) {
  const bool adopted = stack.aws.existing.is_adopted();
  if (!adopted) list.one(region, AssetKind::network, "vpc");
  if (adopted || stack.database.service == DatabaseService::rds) {
    list.scattered(region, AssetKind::database_node, "db", stack.database.nodes);
  } else {
    list.spread(region, AssetKind::database_node, "db", stack.database.nodes);
  }
  if (adopted) {
    list.scattered(region, AssetKind::web_instance, "web", stack.web.count);
  } else {
    list.spread(region, AssetKind::web_instance, "web", stack.web.count);
  }
  list.one(region, AssetKind::load_balancer, "lb");
  const bool has_cluster = adopted ? !stack.aws.existing.cluster.empty() : stack.monitoring.enabled;
  if (has_cluster) list.one(region, AssetKind::monitoring_cluster, "monitoring");
}

void add_region(AssetList& list, const Stack& stack, const Region& region) {
  if (stack.world == World::aws) return add_aws_region(list, stack, region);
  list.spread(region, AssetKind::database_node, "db", stack.database.nodes);
  list.one(region, AssetKind::connection_pool, "pool");
  list.spread(region, AssetKind::web_instance, "web", stack.web.count);
  list.one(region, AssetKind::load_balancer, "lb");
  if (!stack.monitoring.enabled) return;
  list.spread(region, AssetKind::metrics_server, "prometheus", stack.monitoring.nodes);
  list.spread(region, AssetKind::alert_manager, "alertmanager", stack.monitoring.nodes);
  list.spread(region, AssetKind::exporter, "db-exporter", stack.monitoring.nodes > 0 ? stack.database.nodes : 0);
  list.spread(region, AssetKind::exporter, "node-exporter", stack.monitoring.nodes > 0 ? 1 : 0);
}

}  // namespace

std::vector<AssetDescription> assets_of(const Stack& stack) {
  AssetList list;
  add_region(list, stack, stack.home);
  add_region(list, stack, stack.standby);
  list.global(AssetKind::dns_server, "dns");
  return list.take();
}

}  // namespace lifeboat::model
