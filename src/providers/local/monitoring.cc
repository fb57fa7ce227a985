#include "providers/local/monitoring.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "monitoring/alertmanager_config.h"
#include "monitoring/deploy_files.h"
#include "providers/local/embedded_rules.h"
#include "providers/local/monitoring_config.h"
#include "providers/local/scope_parts.h"
#include "system/files.h"
#include "system/http_client.h"

namespace lifeboat::local {
namespace {

using nlohmann::json;

constexpr std::uint16_t gossip_port = 9094;

/// These programs are written in Go: one thread each is plenty, and leaves the machine to what serves.
const std::map<std::string, std::string> go_environment{{"GOMAXPROCS", "1"}};

/// What a process says of itself; null when it does not answer with JSON.
json ask(const Endpoint& endpoint, const std::string& path) {
  const auto answer = system::http_request({.address = endpoint.address, .port = endpoint.port, .target = path},
                                           base::Milliseconds{300});
  auto document = answer && answer->status == 200 ? json::parse(answer->body, nullptr, false) : json();
  return document.is_object() ? document : json::object();
}

std::string text_at(const json& document, const char* pointer) {
  const auto value = document.value(json::json_pointer(pointer), json());
  return value.is_string() ? value.get<std::string>() : "";
}

/// Those of deploy/grafana, as they were when this was built.
std::vector<AssetFile> dashboard_files() {
  constexpr std::string_view folder = "grafana/";
  std::vector<AssetFile> files;
  for (const auto& file : monitoring::deploy_files()) {
    if (!file.path.starts_with(folder) || !file.path.ends_with(".json")) continue;
    files.emplace_back(std::string(file.path.substr(folder.size())), std::string(file.text));
  }
  return files;
}

/// The rules as the server has loaded them: "NAME: QUERY; …".
std::string alert_rules_of(const json& document) {
  std::vector<std::string> rules;
  for (const auto& group : document.value(json::json_pointer("/data/groups"), json::array())) {
    for (const auto& rule : group.value("rules", json::array())) {
      rules.push_back(fmt::format("{}: {}", rule.value("name", ""), rule.value("query", "")));
    }
  }
  std::ranges::sort(rules);
  return fmt::format("{}", fmt::join(rules, "; "));
}

}  // namespace

MetricsServer::MetricsServer(const RegionContext& context, const Placement& placement)
    : context_(context),
      process_(scope_parts(context), placement, model::AssetKind::metrics_server,
               answers_http(placement.endpoint, "/-/ready")) {}

base::Status MetricsServer::ensure(base::Instant deadline) {
  const auto config = prometheus_config(context_.layout, context_.region, name(), context_.stack_paths.secrets());
  return process_.ensure({.files = {{"prometheus.yml", config}, {"rules.yml", std::string(alert_rules)}},
                          .argv = {context_.programs.prometheus.string(), "--config.file=prometheus.yml",
                                   "--storage.tsdb.path=data", "--storage.tsdb.retention.time=1d",
                                   "--web.listen-address=" + process_.endpoint().text(), "--log.level=warn"},
                          .environment = go_environment,
                          .fingerprint = config + std::string(alert_rules),
                          .stop_signal = SIGTERM},
                         deadline);
}

model::ObservedAsset MetricsServer::observe() {
  auto seen = process_.observe();
  if (seen.state != model::AssetState::ready) return seen;
  const auto build = ask(process_.endpoint(), "/api/v1/status/buildinfo");
  seen.version = text_at(build, "/data/version");
  seen.facts["alert rules"] = alert_rules_of(ask(process_.endpoint(), "/api/v1/rules"));
  return seen;
}

AlertManager::AlertManager(const RegionContext& context, const Placement& placement)
    : context_(context),
      process_(scope_parts(context), placement, model::AssetKind::alert_manager,
               answers_http(placement.endpoint, "/-/ready")) {}

/// An Alertmanager that `./dev` unpacked for a user without root looks for its templates here (tools/dev/unpacked.sh).
void AlertManager::link_templates() const {
  const auto share = context_.programs.alertmanager.parent_path().parent_path() / "share/prometheus/alertmanager";
  std::error_code none;
  if (!context_.programs.alertmanager.string().starts_with("/usr/") && std::filesystem::exists(share, none)) {
    std::filesystem::create_directories(process_.folder(), none);
    std::filesystem::create_directory_symlink(share, process_.folder() / "alertmanager-share", none);
  }
}

base::Status AlertManager::ensure(base::Instant deadline) {
  link_templates();
  const auto config = monitoring::alertmanager_yaml(context_.stack.monitoring.notifications,
                                                    context_.stack_paths.notification_secrets().string());
  std::vector<std::string> argv{context_.programs.alertmanager.string(),
                                "--config.file=alertmanager.yml",
                                "--storage.path=data",
                                "--web.listen-address=" + process_.endpoint().text(),
                                fmt::format("--cluster.listen-address={}:{}", process_.endpoint().address, gossip_port),
                                "--cluster.reconnect-interval=1s",
                                "--cluster.peer-timeout=5s",
                                "--log.level=warn"};
  for (const auto* region : {&context_.layout.home, &context_.layout.standby}) {
    for (const auto& peer : region->alert_managers) {
      if (peer.endpoint.address == process_.endpoint().address) continue;
      argv.push_back(fmt::format("--cluster.peer={}:{}", peer.endpoint.address, gossip_port));
    }
  }
  return process_.ensure({.files = {{"alertmanager.yml", config}},
                          .argv = std::move(argv),
                          .environment = go_environment,
                          .fingerprint = config,
                          .stop_signal = SIGTERM},
                         deadline);
}

model::ObservedAsset AlertManager::observe() {
  auto seen = process_.observe();
  if (seen.state != model::AssetState::ready) return seen;
  const auto status = ask(process_.endpoint(), "/api/v2/status");
  seen.version = text_at(status, "/versionInfo/version");
  const auto peers = status.value(json::json_pointer("/cluster/peers"), json::array());
  const auto all = context_.layout.home.alert_managers.size() + context_.layout.standby.alert_managers.size();
  if (peers.size() < all) seen.detail = fmt::format("sees {} of {} alert managers", peers.size(), all);
  return seen;
}

Dashboard::Dashboard(const RegionContext& context, const Placement& placement)
    : context_(context),
      process_(scope_parts(context), placement, model::AssetKind::dashboard,
               answers_http(placement.endpoint, "/api/health")) {}

base::Status Dashboard::ensure(base::Instant) {
  const auto& programs = context_.programs;
  if (programs.grafana.empty()) return {};
  const auto folder = process_.folder();
  for (const auto* below : {"provisioning/datasources", "provisioning/dashboards", "dashboards"}) {
    if (auto made = system::make_folder(folder / below, 0700); !made) return made;
  }
  const auto source = grafana_data_sources(context_.region.metrics_servers);
  const auto config = grafana_config(process_.endpoint(), folder.string());
  std::vector<std::string> argv{programs.grafana.string()};
  if (programs.grafana.filename() == "grafana") argv.emplace_back("server");
  argv.insert(argv.end(),
              {"--homepath", programs.grafana_home.string(), "--config", (folder / "grafana.ini").string()});
  std::vector<AssetFile> files{{"provisioning/datasources/prometheus.yml", source},
                               {"provisioning/dashboards/lifeboat.yml", grafana_dashboard_provider(folder.string())},
                               {"grafana.ini", config},
                               {"admin-password", context_.secrets.dashboard_admin},
                               {"secret-key", context_.secrets.dashboard_key}};
  for (auto& file : dashboard_files()) files.push_back(std::move(file));
  // Dashboards are no part of the fingerprint: Grafana reads a changed one by itself.
  return process_.launch({.files = std::move(files),
                          .argv = std::move(argv),
                          .environment = go_environment,
                          .fingerprint = config + source,
                          .stop_signal = SIGTERM});
}

model::ObservedAsset Dashboard::observe() {
  auto seen = process_.observe();
  if (context_.programs.grafana.empty()) {
    seen.state = model::AssetState::absent;
    seen.detail = "no 'grafana' binary on this machine; install Grafana's package to have dashboards";
  } else if (seen.state == model::AssetState::ready) {
    seen.version = text_at(ask(process_.endpoint(), "/api/health"), "/version");
  }
  return seen;
}

}  // namespace lifeboat::local
