#include "cli/cluster_files.h"

#include "monitoring/alertmanager_config.h"
#include "providers/local/monitoring_config.h"

namespace lifeboat::cli {

monitoring::Files cluster_files(const model::Stack& stack) {
  std::vector<local::Placement> servers;
  for (const auto& address : monitoring::metrics_servers(stack)) {
    const auto name = "prometheus-" + std::to_string(servers.size() + 1);  // As the local world names them.
    servers.push_back({name, {}, {address, monitoring::metrics_server_port}});
  }
  return monitoring::kustomize_folder(
      stack, {.alertmanager = monitoring::alertmanager_yaml(stack.monitoring.notifications,
                                                            std::string(monitoring::notification_secrets_folder)),
              .data_sources = local::grafana_data_sources(servers)});
}

}  // namespace lifeboat::cli
