#include "providers/local/monitoring_config.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "monitoring/scrape_config.h"

namespace lifeboat::local {
namespace {

using monitoring::TargetGroup;

std::vector<std::string> addresses(const std::vector<Placement>& placements) {
  std::vector<std::string> texts;
  for (const auto& placement : placements) texts.push_back(placement.endpoint.text());
  return texts;
}

/// One mesh over both regions, so that an alert that both see is sent once.
std::vector<std::string> alert_managers(const Layout& layout) {
  auto all = addresses(layout.home.alert_managers);
  const auto others = addresses(layout.standby.alert_managers);
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

TargetGroup group(const Endpoint& endpoint, std::string region) {
  return {{endpoint.text()}, std::move(region)};
}

}  // namespace

std::string prometheus_config(const Layout& layout, const RegionLayout& region, const std::string& replica,
                              const std::filesystem::path& secrets) {
  const auto& name = region.name.value;
  const auto home_agent = group(layout.home.agent, layout.home.name.value);
  const auto standby_agent = group(layout.standby.agent, layout.standby.name.value);
  return monitoring::prometheus_yaml(
      {.region = name,
       .replica = replica,
       .secrets_folder = secrets.string(),
       .alert_managers = alert_managers(layout),
       .controller = {.fixed = {group(layout.controller, "")}},
       .agent = {.fixed = {home_agent, standby_agent, group(layout.global_agent, "global")}},
       .dns = {.fixed = {group(layout.dns_api, "")}},
       .load_balancer = {.fixed = {group(region.load_balancer_metrics, name)}},
       .web = {.fixed = {{addresses(region.web_instances), name}}},
       .database = {.fixed = {{addresses(region.exporters), name}}},
       .node = {.fixed = {{addresses(region.node_exporters), name}}},
       .prometheus = {.fixed = {{addresses(region.metrics_servers), name}}},
       .alertmanager = {.fixed = {{addresses(region.alert_managers), name}}}});
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

std::string grafana_dashboard_provider(const std::string& folder) {
  const auto path = nlohmann::json(folder + "/dashboards").dump();  // Quoted as YAML takes it too.
  return fmt::format(
      "apiVersion: 1\nproviders:\n  - {{name: lifeboat, type: file, allowUiUpdates: false, options: {{path: {}}}}}\n",
      path);
}

std::string grafana_data_sources(const std::vector<Placement>& metrics_servers) {
  std::string text = "apiVersion: 1\ndatasources:\n";
  for (const auto& server : metrics_servers) {
    // Rates are over several scrapes: Grafana has to know how often there is one.
    text += fmt::format(
        "  - {{name: {0}, uid: {0}, type: prometheus, access: proxy, isDefault: {1}, url: 'http://{2}', "
        "jsonData: {{timeInterval: 5s}}}}\n",
        server.name, server.name == metrics_servers.front().name, server.endpoint.text());
  }
  return text;
}

}  // namespace lifeboat::local
