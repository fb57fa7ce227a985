#include "monitoring/manifests.h"

#include <fmt/format.h>

#include "monitoring/deploy_files.h"
#include "monitoring/scrape_config.h"

namespace lifeboat::monitoring {
namespace {

constexpr const char* kustomization = R"(# Written by 'lifeboat kubernetes'; changes are lost.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: {namespace}
resources: [../../base]
configMapGenerator:
  - {{name: prometheus-config, files: [prometheus.yml]}}
  - {{name: alertmanager-config, files: [alertmanager.yml]}}
  - {{name: grafana-data-sources, files: [data-sources.yml]}}
labels:
  - pairs: {{app.kubernetes.io/managed-by: lifeboat, lifeboat/stack: {stack}, lifeboat/region: {region}}}
    includeTemplates: true
patches:
  # A replica a zone.
  - target: {{kind: StatefulSet}}
    patch: |-
      - {{op: replace, path: /spec/replicas, value: {nodes}}}
      - {{op: replace, path: /spec/template/spec/topologySpreadConstraints/0/minDomains, value: {nodes}}}
  # Each region watches both.
  - target: {{kind: NetworkPolicy, name: prometheus-regions}}
    patch: |-
      - op: replace
        path: /spec/egress
        value: [{{to: [{{ipBlock: {{cidr: {home_block}}}}}, {{ipBlock: {{cidr: {standby_block}}}}}]}}]
)";

std::vector<std::string> replicas(std::string_view name, int count, int port) {
  std::vector<std::string> addresses;
  for (int index = 0; index < count; ++index) addresses.push_back(fmt::format("{0}-{1}.{0}:{2}", name, index, port));
  return addresses;
}

/// What lies outside the cluster: the addresses come with the ConfigMap scrape-targets.
Targets outside(std::string_view job, const std::string& region) {
  return {.file = fmt::format("/etc/lifeboat/targets/{}.json", job), .default_region = region};
}

std::string prometheus_config(const model::Stack& stack, const std::string& region) {
  constexpr int alert_manager_port = 9093;
  const int nodes = stack.monitoring.nodes;
  const auto alert_managers = replicas("alertmanager", nodes, alert_manager_port);
  auto database = outside("database", region);
  database.pods = "postgres-exporter";
  // The replicas by name, not by what the cluster lists: one that is missing is then a target that is down.
  return prometheus_yaml({.region = region,
                          .replica = "${POD_NAME}",
                          .secrets_folder = "/etc/lifeboat/tokens",
                          .alert_managers = alert_managers,
                          .controller = outside("controller", ""),
                          .agent = outside("agent", ""),
                          .dns = outside("dns", ""),
                          .load_balancer = outside("load_balancer", region),
                          .web = outside("web", region),
                          .database = database,
                          .node = outside("node", region),
                          .prometheus = {.fixed = {{replicas("prometheus", nodes, metrics_server_port), region}}},
                          .alertmanager = {.fixed = {{alert_managers, region}}},
                          .certificate = outside("certificate", ""),
                          .prober = "blackbox-exporter:9115"});
}

}  // namespace

std::string namespace_of(const model::Stack& stack, const base::RegionName& region) {
  return fmt::format("lifeboat-{}-{}", stack.name, region.value);
}

std::vector<std::string> metrics_servers(const model::Stack& stack) {
  std::vector<std::string> names;
  for (int index = 0; index < stack.monitoring.nodes; ++index) {
    names.push_back(fmt::format("prometheus-{}.prometheus", index));
  }
  return names;
}

Files overlay(const model::Stack& stack, const model::Region& region, const ProgramFiles& programs) {
  return {{"kustomization.yaml",
           fmt::format(fmt::runtime(kustomization), fmt::arg("namespace", namespace_of(stack, region.name)),
                       fmt::arg("stack", stack.name), fmt::arg("region", region.name.value),
                       fmt::arg("nodes", stack.monitoring.nodes), fmt::arg("home_block", stack.home.address_block),
                       fmt::arg("standby_block", stack.standby.address_block))},
          {"prometheus.yml", prometheus_config(stack, region.name.value)},
          {"alertmanager.yml", programs.alertmanager},
          {"data-sources.yml", programs.data_sources}};
}

std::string overlay_folder(const base::RegionName& region) {
  return "kubernetes/overlays/" + region.value;
}

Files kustomize_folder(const model::Stack& stack, const ProgramFiles& programs) {
  Files files;
  for (const auto& file : deploy_files()) files.emplace(file.path, file.text);
  for (const auto* region : {&stack.home, &stack.standby}) {
    for (auto& [path, text] : overlay(stack, *region, programs)) {
      files.emplace(overlay_folder(region->name) + "/" + path, std::move(text));
    }
  }
  return files;
}

}  // namespace lifeboat::monitoring
