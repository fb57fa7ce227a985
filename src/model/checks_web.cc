#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/checks.h"
#include "model/size_catalogue.h"
#include "model/suggest.h"

namespace lifeboat::model {

namespace {

constexpr std::array<std::string_view, 11> provided_variables{"LISTEN_ADDRESS", "PORT",       "REGION",    "ZONE",
                                                              "INSTANCE",       "PGHOST",     "PGPORT",    "PGUSER",
                                                              "PGDATABASE",     "PGPASSFILE", "PGPASSWORD"};

std::size_t fewest_zones(const Checks& checks) {
  std::size_t fewest = 6;
  for (const RegionDraft& draft : checks.regions()) {
    const std::size_t zones = draft.region.zones.size();
    fewest = std::min(fewest, zones == 0 ? 2 : zones);
  }
  return fewest;
}

void check_environment(Checks& checks) {
  for (const auto& [name, value] : checks.stack().web.environment) {
    const std::string path = "web.environment." + name;
    if (std::ranges::find(provided_variables, name) != provided_variables.end()) {
      checks.error({path}, fmt::format("Lifeboat sets the variable {} itself", name),
                   name == "PGPASSWORD" ? "remove it: the password is in the file that PGPASSFILE names"
                                        : "remove it, or use another name");
      continue;
    }
    const bool secret =
        std::ranges::any_of(std::array{"PASSWORD", "SECRET", "TOKEN", "PRIVATE_KEY"},
                            [&text = name](std::string_view word) { return text.find(word) != std::string::npos; });
    if (secret && !value.empty()) {
      checks.warning({path}, fmt::format("{} looks like a secret, and a stack file is no place for one", name),
                     "let the application read it from a file of its own");
    }
  }
}

void check_placeholders(Checks& checks) {
  static const std::vector<std::string_view> known{"address", "port"};
  const auto& command = checks.stack().web.command;
  for (std::size_t i = 0; i < command.size(); ++i) {
    const std::string_view item = command[i];
    for (std::size_t open = item.find('{'); open != std::string_view::npos; open = item.find('{', open + 1)) {
      const std::size_t close = item.find('}', open);
      if (close == std::string_view::npos) break;
      const std::string_view word = item.substr(open + 1, close - open - 1);
      const auto near = nearest(word, known);
      if (!near || *near == word) continue;
      checks.warning({fmt::format("web.command[{}]", i)}, fmt::format("{{{}}} is not filled in", word),
                     fmt::format("did you mean '{{{}}}'?", *near));
    }
  }
}

void check_port(Checks& checks, std::string_view path, int port) {
  constexpr int first_unprivileged = 1024;
  if (checks.stack().world != World::local || port >= first_unprivileged) return;
  checks.warning({path, "world"}, fmt::format("only root may listen on port {} on this machine", port),
                 "use a port from 1024 up");
}

}  // namespace

void check_web(Checks& checks) {
  const Stack& stack = checks.stack();
  const std::size_t zones = fewest_zones(checks);
  if (static_cast<std::size_t>(stack.web.count) < zones) {
    checks.warning({"web.count", "regions"},
                   fmt::format("{} web instance{} in {} zones: a zone stays empty", stack.web.count,
                               stack.web.count == 1 ? "" : "s", zones),
                   "have one instance in each zone at least");
  }
  check_environment(checks);
  check_placeholders(checks);
  check_port(checks, "web.port", stack.web.port);
  check_port(checks, "load_balancer.port", stack.load_balancer.port);
}

namespace {

constexpr std::string_view context_path = "monitoring.kubernetes.context";

void check_kubernetes(Checks& checks) {
  const std::string_view context = checks.stack().monitoring.kubernetes_context;
  if (context.empty()) return;
  for (std::size_t open = context.find('{'); open != context.npos; open = context.find('{', open + 1)) {
    if (context.substr(open).starts_with(region_placeholder)) continue;
    checks.error({context_path}, "only {region} is filled in here", "write {region} where the region's name stands");
    return;
  }
  if (context.find(region_placeholder) == context.npos) {
    checks.warning({context_path}, "one cluster runs the monitoring of both regions: who loses it sees neither",
                   "give each region a cluster, and write {region} where its name stands in the contexts' names");
  }
  if (checks.stack().world == World::local) {
    checks.warning({context_path, "world"},
                   "a cluster can't reach a stack of this machine, whose addresses are loopback",
                   "use it to try the manifests; the monitoring on this machine runs beside it");
  }
}

}  // namespace

void check_monitoring(Checks& checks) {
  const Monitoring& monitoring = checks.stack().monitoring;
  if (!monitoring.enabled) {
    constexpr std::array keys{"monitoring.nodes", "monitoring.size",  "monitoring.kubernetes", "monitoring.webhook",
                              "monitoring.email", "monitoring.slack", "monitoring.pagerduty"};
    if (std::ranges::any_of(keys, [&checks](const char* key) { return checks.given(key); })) {
      checks.warning({"monitoring.enabled"}, "monitoring is off, so its other keys have no effect",
                     "remove them, or turn it on");
    }
    return;
  }
  check_kubernetes(checks);
  const std::size_t zones = fewest_zones(checks);
  if (static_cast<std::size_t>(monitoring.nodes) > zones) {
    checks.error({"monitoring.nodes", "regions"},
                 fmt::format("{} monitoring nodes need a zone each, and a region has {}", monitoring.nodes, zones),
                 fmt::format("use at most {}, or give both regions more zones", zones));
  }
  const InstanceSize* size = find_instance_size(monitoring.size);
  if (size == nullptr) return;
  if (size->pods >= monitoring_pods && size->memory_gib >= monitoring_memory_gib) return;
  const auto enough = smallest_monitoring_size(*size);
  checks.error({"monitoring.size"},
               fmt::format("{} has {} GiB and holds {} pods; a monitoring node needs {} GiB and {} pods", size->name,
                           size->memory_gib, size->pods, monitoring_memory_gib, monitoring_pods),
               fmt::format("use {} or larger", enough.value_or("t3.medium")));
}

}  // namespace lifeboat::model
