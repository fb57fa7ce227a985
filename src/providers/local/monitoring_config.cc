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
  constexpr const char* settings = R"(; Written by Lifeboat; changes are lost.
[server]
http_addr = {address}
http_port = {port}
[paths]
data = {folder}/data
logs = {folder}/data/log
plugins = {folder}/data/plugins
provisioning = {folder}/provisioning
[security]
admin_user = admin
admin_password = $__file{{{folder}/admin-password}}
secret_key = $__file{{{folder}/secret-key}}
disable_gravatar = true
[users]
allow_sign_up = false
[auth.anonymous]
enabled = false
[analytics]
reporting_enabled = false
check_for_updates = false
check_for_plugin_updates = false
[news]
news_feed_enabled = false
[plugins]
preinstall_disabled = true
plugin_admin_enabled = false
[log]
mode = console
level = warn
)";
  return fmt::format(fmt::runtime(settings), fmt::arg("address", listen.address), fmt::arg("port", listen.port),
                     fmt::arg("folder", folder));
}

std::string grafana_data_sources(const std::vector<Placement>& metrics_servers) {
  std::string text = "apiVersion: 1\ndatasources:\n";
  for (const auto& server : metrics_servers) {
    text += fmt::format("  - {{name: {}, type: prometheus, access: proxy, isDefault: {}, url: 'http://{}'}}\n",
                        server.name, server.name == metrics_servers.front().name, server.endpoint.text());
  }
  return text;
}

}  // namespace lifeboat::local
