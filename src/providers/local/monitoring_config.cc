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

std::string targets(const Endpoint& endpoint) {
  return fmt::format("['{}']", endpoint.text());
}

/// Between single quotes, where YAML knows no escape but a doubled one.
std::string yaml_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'') quoted += letter;
    quoted += letter;
  }
  return quoted + "'";
}

std::string job(std::string_view name) {
  return fmt::format("  - job_name: {}\n", name);
}

/// Prometheus reads the token from its file (0600) before each scrape.
std::string with_token(const std::filesystem::path& file) {
  return fmt::format("    authorization: {{credentials_file: {}}}\n", yaml_quoted(file.string()));
}

std::string scrapes(const std::string& job_targets) {
  return fmt::format("    static_configs: [{{targets: {}}}]\n", job_targets);
}

/// Targets of a region carry its name: the controller names regions by the same label.
std::string scrapes(const base::RegionName& region, const std::string& job_targets) {
  return fmt::format("    static_configs: [{{targets: {}, labels: {{region: {}}}}}]\n", job_targets, region.value);
}

std::string agents_job(const Layout& layout, const std::filesystem::path& secrets) {
  return job("agent") + with_token(secrets / "agent_token") +
         fmt::format(
             "    static_configs:\n      - {{targets: {}, labels: {{region: {}}}}}\n"
             "      - {{targets: {}, labels: {{region: {}}}}}\n      - {{targets: {}, labels: {{region: global}}}}\n",
             targets(layout.home.agent), layout.home.name.value, targets(layout.standby.agent),
             layout.standby.name.value, targets(layout.global_agent));
}

}  // namespace

std::string prometheus_config(const Layout& layout, const RegionLayout& region, const std::string& replica,
                              const std::filesystem::path& secrets) {
  auto text = fmt::format(
      "global:\n  scrape_interval: 5s\n  evaluation_interval: 5s\n  external_labels: {{region: {}, replica: {}}}\n"
      "rule_files: [rules.yml]\n"
      "alerting:\n"
      "  alert_relabel_configs: [{{regex: replica, action: labeldrop}}]\n"  // Else the pair's alerts would not be the
                                                                            // same alert.
      "  alertmanagers: [{{static_configs: [{{targets: {}}}]}}]\n"
      "scrape_configs:\n",
      region.name.value, replica, targets(region.alert_managers));
  text += job("controller") + with_token(secrets / "viewer_token") + scrapes(targets(layout.controller));
  text += agents_job(layout, secrets);
  text += job("dns") + scrapes(targets(layout.dns_api));
  text += job("load_balancer") + scrapes(region.name, targets(region.load_balancer_metrics));
  text += job("web") + scrapes(region.name, targets(region.web_instances));
  text += job("database") + scrapes(region.name, targets(region.exporters));
  text += job("prometheus") + scrapes(region.name, targets(region.metrics_servers));
  text += job("alertmanager") + scrapes(region.name, targets(region.alert_managers));
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
