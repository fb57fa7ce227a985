#include "providers/local/region_assets.h"

#include "providers/local/exporters.h"
#include "providers/local/monitoring.h"
#include "providers/local/web_instance.h"

namespace lifeboat::local {

std::vector<std::unique_ptr<Asset>> make_region_assets(const RegionContext& context) {
  const auto& region = context.region;
  std::vector<std::unique_ptr<Asset>> assets;
  for (const auto& placement : region.web_instances)
    assets.push_back(std::make_unique<WebInstance>(context, placement));
  for (const auto& placement : region.metrics_servers) {
    assets.push_back(std::make_unique<MetricsServer>(context, placement));
  }
  for (const auto& placement : region.alert_managers) {
    assets.push_back(std::make_unique<AlertManager>(context, placement));
  }
  for (std::size_t index = 0; index < region.exporters.size(); ++index) {
    const auto& node = region.database_nodes.at(index).endpoint;
    assets.push_back(std::make_unique<DatabaseExporter>(context, region.exporters[index], node));
  }
  for (const auto& placement : region.node_exporters) {
    assets.push_back(std::make_unique<NodeExporter>(context, placement));
  }
  for (const auto& placement : region.dashboards) assets.push_back(std::make_unique<Dashboard>(context, placement));
  return assets;
}

}  // namespace lifeboat::local
