#include "cli/chaos_target.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "model/suggest.h"

namespace lifeboat::cli {
namespace {

std::vector<local::Placement> placements_of(const local::RegionLayout& region) {
  std::vector<local::Placement> all = {region.load_balancer, region.pool};
  for (const auto* group : {&region.database_nodes, &region.web_instances, &region.metrics_servers,
                            &region.alert_managers, &region.exporters, &region.node_exporters, &region.dashboards}) {
    all.insert(all.end(), group->begin(), group->end());
  }
  return all;
}

std::unexpected<base::Error> unknown(const std::string& kind, const std::string& name,
                                     const std::vector<std::string>& known) {
  const auto meant = model::nearest(name, {known.begin(), known.end()});
  return base::fail(
      base::ErrorCode::bad_flag,
      fmt::format("there is no {} '{}'{}", kind, name, meant ? fmt::format("; did you mean '{}'?", *meant) : ""),
      fmt::format("Known: {}.", fmt::join(known, ", ")));
}

base::Result<ChaosTarget> resolve_region(const local::Layout& layout, const std::string& name) {
  for (const auto* region : {&layout.home, &layout.standby}) {
    if (region->name.value == name) return ChaosTarget{region->name, true, {}};
  }
  return unknown("region", name, {layout.home.name.value, layout.standby.name.value});
}

base::Result<ChaosTarget> resolve_zone(const local::Layout& layout, const std::string& name) {
  std::set<std::string> known;
  for (const auto* region : {&layout.home, &layout.standby}) {
    ChaosTarget target{region->name, false, {}};
    for (const local::Placement& placement : placements_of(*region)) {
      // The load balancer and the pool serve the whole region, as managed ones do: they are in no one zone.
      if (placement.name == region->load_balancer.name || placement.name == region->pool.name) continue;
      known.insert(placement.zone.value);
      if (placement.zone.value == name) target.assets.push_back(placement.name);
    }
    if (!target.assets.empty()) return target;
  }
  return unknown("zone", name, {known.begin(), known.end()});
}

base::Result<ChaosTarget> resolve_instance(const local::Layout& layout, const std::string& name) {
  std::vector<std::string> known = {"global/" + layout.dns.name};
  std::vector<ChaosTarget> found;
  if (name == layout.dns.name || name == known.front()) found.push_back({{}, false, {layout.dns.name}});
  for (const auto* region : {&layout.home, &layout.standby}) {
    for (const local::Placement& placement : placements_of(*region)) {
      known.push_back(region->name.value + "/" + placement.name);
      if (name == placement.name || name == known.back()) found.push_back({region->name, false, {placement.name}});
    }
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) return unknown("instance", name, known);
  return base::fail(base::ErrorCode::bad_flag, fmt::format("both regions have an instance '{}'", name),
                    fmt::format("Name the region too: {}/{} or {}/{}.", layout.home.name.value, name,
                                layout.standby.name.value, name));
}

}  // namespace

base::Result<ChaosTarget> resolve_target(const local::Layout& layout, const std::string& kind,
                                         const std::string& name) {
  if (kind == "region") return resolve_region(layout, name);
  if (kind == "zone") return resolve_zone(layout, name);
  return resolve_instance(layout, name);
}

}  // namespace lifeboat::cli
