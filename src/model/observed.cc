#include "model/observed.h"

#include <utility>

namespace lifeboat::model {

std::string_view to_string(AssetKind kind) {
  switch (kind) {
    case AssetKind::network:
      return "network";
    case AssetKind::database_node:
      return "database_node";
    case AssetKind::connection_pool:
      return "connection_pool";
    case AssetKind::web_instance:
      return "web_instance";
    case AssetKind::load_balancer:
      return "load_balancer";
    case AssetKind::metrics_server:
      return "metrics_server";
    case AssetKind::alert_manager:
      return "alert_manager";
    case AssetKind::exporter:
      return "exporter";
    case AssetKind::dashboard:
      return "dashboard";
    case AssetKind::dns_server:
      return "dns_server";
    case AssetKind::dns_record:
      return "dns_record";
    case AssetKind::monitoring_cluster:
      return "monitoring_cluster";
  }
  std::unreachable();
}

std::string_view to_string(AssetState state) {
  switch (state) {
    case AssetState::absent:
      return "absent";
    case AssetState::starting:
      return "starting";
    case AssetState::ready:
      return "ready";
    case AssetState::failing:
      return "failing";
    case AssetState::stopped:
      return "stopped";
    case AssetState::unknown:
      return "unknown";
  }
  std::unreachable();
}

std::string_view to_string(RegionRole role) {
  switch (role) {
    case RegionRole::none:
      return "none";
    case RegionRole::active:
      return "active";
    case RegionRole::standby:
      return "standby";
  }
  std::unreachable();
}

std::string_view to_string(TrafficMode mode) {
  switch (mode) {
    case TrafficMode::closed:
      return "closed";
    case TrafficMode::serve:
      return "serve";
    case TrafficMode::forward:
      return "forward";
  }
  std::unreachable();
}

std::string_view to_string(DatabaseRole role) {
  switch (role) {
    case DatabaseRole::none:
      return "none";
    case DatabaseRole::writer:
      return "writer";
    case DatabaseRole::synchronous_standby:
      return "synchronous_standby";
    case DatabaseRole::asynchronous_standby:
      return "asynchronous_standby";
    case DatabaseRole::cross_region_replica:
      return "cross_region_replica";
    case DatabaseRole::cascading_standby:
      return "cascading_standby";
  }
  std::unreachable();
}

}  // namespace lifeboat::model
