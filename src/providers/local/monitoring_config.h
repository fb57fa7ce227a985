#pragma once

#include <string>

#include "providers/local/layout.h"

namespace lifeboat::local {

/// What one of the region's Prometheus servers is told; `replica` tells the two apart. Pure.
std::string prometheus_config(const RegionLayout& region, const std::string& replica);
/// Routes of the region's Alertmanagers: everything is kept for the page, nothing is sent until somebody names a
/// receiver. Pure.
std::string alertmanager_config();
/// Grafana's own settings, and its data source. Pure.
std::string grafana_config(const Endpoint& listen, const std::string& folder);
std::string grafana_data_source(const Endpoint& prometheus);

}  // namespace lifeboat::local
