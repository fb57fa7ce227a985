#include "monitoring/scrape_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace lifeboat::monitoring {
namespace {

/// Between single quotes, where YAML knows no escape but a doubled one.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char letter : text) {
    if (letter == '\'') out += letter;
    out += letter;
  }
  return out + "'";
}

std::string list(const std::vector<std::string>& addresses) {
  std::vector<std::string> items;
  for (const auto& address : addresses) items.push_back(in_quotes(address));
  return fmt::format("[{}]", fmt::join(items, ", "));
}

/// Targets of a region carry its name: the controller names regions by the same label.
std::string group(const TargetGroup& group) {
  const auto labels = group.region.empty() ? "" : fmt::format(", labels: {{region: {}}}", group.region);
  return fmt::format("{{targets: {}{}}}", list(group.addresses), labels);
}

std::string fixed(const std::vector<TargetGroup>& groups) {
  if (groups.empty()) return "";
  if (groups.size() == 1) return fmt::format("    static_configs: [{}]\n", group(groups.front()));
  std::string text = "    static_configs:\n";
  for (const auto& one : groups) text += fmt::format("      - {}\n", group(one));
  return text;
}

/// Prometheus reads a token from its file before each scrape.
std::string job(std::string_view name, const Targets& targets, const std::string& token_file = "") {
  auto text = fmt::format("  - job_name: {}\n", name);
  if (!token_file.empty()) text += fmt::format("    authorization: {{credentials_file: {}}}\n", in_quotes(token_file));
  text += fixed(targets.fixed);
  if (!targets.file.empty()) text += fmt::format("    file_sd_configs: [{{files: [{}]}}]\n", in_quotes(targets.file));
  if (!targets.pods.empty()) {
    text += fmt::format(
        "    kubernetes_sd_configs:\n      - role: pod\n        namespaces: {{own_namespace: true}}\n"
        "        selectors: [{{role: pod, label: app.kubernetes.io/name={}}}]\n",
        targets.pods);
  }
  if (!targets.default_region.empty()) {
    text += fmt::format(
        "    relabel_configs: [{{source_labels: [region], regex: '^$', target_label: region, replacement: {}}}]\n",
        targets.default_region);
  }
  return text;
}

/// The prober asks for the URL that a target is, in its place.
std::string certificate_job(const Targets& urls, const std::string& prober) {
  if (prober.empty()) return "";
  return job("certificate", urls) + fmt::format(
                                        "    metrics_path: /probe\n    scrape_interval: 1m\n    relabel_configs:\n"
                                        "      - {{source_labels: [__address__], target_label: __param_target}}\n"
                                        "      - {{source_labels: [__address__], target_label: instance}}\n"
                                        "      - {{target_label: __address__, replacement: {}}}\n",
                                        in_quotes(prober));
}

}  // namespace

std::string prometheus_yaml(const ScrapeConfig& config) {
  auto text = fmt::format(
      "global:\n  scrape_interval: 5s\n  evaluation_interval: 5s\n  external_labels: {{monitored_from: {}, replica: "
      "{}}}\n"
      "rule_files: [rules.yml]\n"
      "alerting:\n"
      // Else what two servers see would not be the same alert.
      "  alert_relabel_configs: [{{regex: 'monitored_from|replica', action: labeldrop}}]\n"
      // One that hangs delays what the others get by this much.
      "  alertmanagers: [{{timeout: 2s, static_configs: [{{targets: {}}}]}}]\n"
      "scrape_configs:\n",
      config.region, in_quotes(config.replica), list(config.alert_managers));
  text += job("controller", config.controller, config.secrets_folder + "/viewer_token");
  text += job("agent", config.agent, config.secrets_folder + "/agent_token");
  text += job("dns", config.dns);
  text += job("load_balancer", config.load_balancer);
  text += job("web", config.web);
  text += job("database", config.database);
  text += job("node", config.node);
  text += job("prometheus", config.prometheus);
  text += job("alertmanager", config.alertmanager);
  return text + certificate_job(config.certificate, config.prober);
}

}  // namespace lifeboat::monitoring
