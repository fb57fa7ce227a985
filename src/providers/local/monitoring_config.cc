#include "providers/local/monitoring_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace lifeboat::local {
namespace {

std::string targets(const std::vector<Placement>& placements) {
  std::vector<std::string> quoted;
  for (const auto& placement : placements) quoted.push_back("'" + placement.endpoint.text() + "'");
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string job(std::string_view name, const std::string& job_targets) {
  return fmt::format("  - job_name: {}\n    static_configs: [{{targets: {}}}]\n", name, job_targets);
}

}  // namespace

std::string prometheus_config(const RegionLayout& region, const std::string& replica) {
  auto text = fmt::format(
      "global:\n  scrape_interval: 5s\n  evaluation_interval: 5s\n  external_labels: {{region: {}, replica: {}}}\n"
      "rule_files: [rules.yml]\n"
      "alerting:\n"
      "  alert_relabel_configs: [{{regex: replica, action: labeldrop}}]\n"  // Else the pair's alerts would not be the
                                                                            // same alert.
      "  alertmanagers: [{{static_configs: [{{targets: {}}}]}}]\n"
      "scrape_configs:\n",
      region.name.value, replica, targets(region.alert_managers));
  text += job("load_balancer", fmt::format("['{}']", region.load_balancer_metrics.text()));
  text += job("web", targets(region.web_instances));
  text += job("database", targets(region.exporters));
  text += job("prometheus", targets(region.metrics_servers));
  text += job("alertmanager", targets(region.alert_managers));
  return text;
}

std::string alertmanager_config() {
  return "route: {receiver: page, group_by: [alertname, region], group_wait: 1s}\nreceivers: [{name: page}]\n";
}

std::string grafana_config(const Endpoint& listen, const std::string& folder) {
  return fmt::format(
      "[server]\nhttp_addr = {}\nhttp_port = {}\n[paths]\ndata = {}/data\nlogs = {}/data\nprovisioning = "
      "{}/provisioning\n"
      "[analytics]\nreporting_enabled = false\ncheck_for_updates = false\n",
      listen.address, listen.port, folder, folder, folder);
}

std::string grafana_data_source(const Endpoint& prometheus) {
  return fmt::format(
      "apiVersion: 1\ndatasources: [{{name: Prometheus, type: prometheus, access: proxy, isDefault: true, url: "
      "'http://{}'}}]\n",
      prometheus.text());
}

}  // namespace lifeboat::local
