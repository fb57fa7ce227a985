#pragma once

#include <filesystem>
#include <string>

#include "providers/local/layout.h"

namespace lifeboat::local {

/// What one of the region's Prometheus servers is told; `replica` tells the two apart. It scrapes what speaks
/// Prometheus in its region, the controller and every agent, so that each region's servers tell of the other's loss.
/// `secrets` is StackPaths::secrets(): the tokens are read from there, none stands in the text. Pure.
std::string prometheus_config(const Layout& layout, const RegionLayout& region, const std::string& replica,
                              const std::filesystem::path& secrets);
/// Grafana's own settings: it listens here only, asks for a password, and calls nobody. `folder` holds its secrets in
/// the files admin-password and secret-key. Pure.
std::string grafana_config(const Endpoint& listen, const std::string& folder);
/// Tells Grafana to show the dashboards in the folder `dashboards` below `folder`. Pure.
std::string grafana_dashboard_provider(const std::string& folder);
/// The region's Prometheus servers as Grafana's data sources, the first as the default; the dashboards know them by
/// their names. Pure.
std::string grafana_data_sources(const std::vector<Placement>& metrics_servers);

}  // namespace lifeboat::local
