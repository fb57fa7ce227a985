#include "providers/local/layout.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace lifeboat::local {
namespace {

// Zone 0 is for what serves the whole region (agent, load balancer, pool); zones 1, 2, … are the stack file's zones.
class RegionBuilder {
 public:
  RegionBuilder(const model::Region& region, int octet) : region_(region), prefix_(fmt::format("127.{}.", octet)) {}

  Endpoint regional(int host, std::uint16_t port) const { return {prefix_ + fmt::format("0.{}", host), port}; }

  /// The index-th instance of a kind goes to the index-th zone, round and round.
  Placement spread(std::string_view kind, int index, int first_host, std::uint16_t port) const {
    const auto zone = static_cast<std::size_t>(index) % region_.zones.size();
    return {fmt::format("{}-{}", kind, index + 1),
            region_.zones[zone],
            {prefix_ + fmt::format("{}.{}", zone + 1, first_host + index), port}};
  }

  std::vector<Placement> spread_all(std::string_view kind, int count, int first_host, std::uint16_t port) const {
    std::vector<Placement> all;
    for (int index = 0; index < count; ++index) all.push_back(spread(kind, index, first_host, port));
    return all;
  }

  const std::string& prefix() const { return prefix_; }

 private:
  const model::Region& region_;
  std::string prefix_;
};

RegionLayout make_region(const model::Stack& stack, const model::Region& region, int octet) {
  const RegionBuilder build(region, octet);
  const int monitoring_nodes = stack.monitoring.enabled ? stack.monitoring.nodes : 0;
  return RegionLayout{
      .name = region.name,
      .address_prefix = build.prefix(),
      .agent = build.regional(2, 7070),
      .load_balancer = {"lb", region.zones.front(), build.regional(10, stack.load_balancer.port)},
      .load_balancer_metrics = build.regional(10, 8405),
      .pool = {"pool", region.zones.front(), build.regional(60, 6432)},
      .database_nodes = build.spread_all("db", stack.database.nodes, 50, 5432),
      .web_instances = build.spread_all("web", stack.web.count, 100, stack.web.port),
      .metrics_servers = build.spread_all("prometheus", monitoring_nodes, 20, 9090),
      .alert_managers = build.spread_all("alertmanager", monitoring_nodes, 30, 9093),
      .exporters = build.spread_all("db-exporter", monitoring_nodes > 0 ? stack.database.nodes : 0, 70, 9187),
      .node_exporters = build.spread_all("node-exporter", monitoring_nodes > 0 ? 1 : 0, 80, 9100),
      .dashboards = build.spread_all("grafana", monitoring_nodes, 40, 3000),
  };
}

}  // namespace

Layout make_layout(const model::Stack& stack, int slot) {
  LIFEBOAT_ASSERT(slot >= 0 && slot < slot_count, "slots were counted");
  const int first = 30 * (slot / 10) + 10 + slot % 10;
  const auto global_prefix = fmt::format("127.{}.", first + 20);
  return Layout{
      .slot = slot,
      .home = make_region(stack, stack.home, first),
      .standby = make_region(stack, stack.standby, first + 10),
      .global_prefix = global_prefix,
      .controller = {global_prefix + "0.2", 7000},
      .global_agent = {global_prefix + "0.3", 7070},
      .dns = {"dns", {}, {global_prefix + "0.53", 5353}},
      .dns_api = {global_prefix + "0.53", 8081},
  };
}

const RegionLayout& Layout::region(const base::RegionName& name) const {
  LIFEBOAT_ASSERT(name == home.name || name == standby.name, "the region is one of the stack's two");
  return name == home.name ? home : standby;
}

const RegionLayout& Layout::other(const base::RegionName& name) const {
  return name == home.name ? region(standby.name) : region(home.name);
}

}  // namespace lifeboat::local
