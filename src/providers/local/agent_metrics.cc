#include "providers/local/agent_metrics.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

namespace lifeboat::local {
namespace {

using metrics::Definition;
using prometheus::MetricType;

constexpr auto catalogue = std::to_array<Definition>({
    {"lifeboat_agent_epoch", MetricType::Gauge, "", "The newest epoch that the agent has heard of."},
    {"lifeboat_agent_term", MetricType::Gauge, "", "The newest controller's term; older controllers are not obeyed."},
    {"lifeboat_agent_role", MetricType::Gauge, "role", "1 for the role that the region was given last."},
    {"lifeboat_agent_traffic", MetricType::Gauge, "mode", "1 for what the region's load balancer does."},
    {"lifeboat_agent_writes_held", MetricType::Gauge, "", "1 while the region's pool holds statements."},
    {"lifeboat_agent_pool_clients", MetricType::Gauge, "state",
     "Clients of the region's pool, active or waiting for a server connection; absent until somebody has used it."},
    {"lifeboat_agent_pool_servers", MetricType::Gauge, "state", "The pool's server connections, active or idle."},
    {"lifeboat_agent_pool_longest_wait_seconds", MetricType::Gauge, "",
     "Of the clients that wait for a server connection now."},
    {"lifeboat_agent_pool_queries_total", MetricType::Counter, "", "Queries through the pool, since it began."},
    {"lifeboat_agent_pool_query_seconds_total", MetricType::Counter, "", "How long servers worked on them."},
    {"lifeboat_agent_pool_wait_seconds_total", MetricType::Counter, "",
     "How long clients waited for a server connection."},
    {"lifeboat_agent_lease_wanted", MetricType::Gauge, "",
     "1 while the region is to take writes, which it may with a write lease only."},
    {"lifeboat_agent_lease_left_seconds", MetricType::Gauge, "",
     "How long the region may acknowledge writes without a new lease; absent where it wants none."},
    {"lifeboat_agent_lease_duration_seconds", MetricType::Gauge, "", "How long a new lease lasts."},
    {"lifeboat_agent_leases_received_total", MetricType::Counter, "",
     "Grants that made the region's lease longer, since the agent began."},
    {"lifeboat_agent_leases_granted_total", MetricType::Counter, "",
     "Grants to the other region, since the agent began."},
    {"lifeboat_agent_peer_silence_seconds", MetricType::Gauge, "",
     "How long ago the other region's agent or load balancer last answered; absent until it has."},
    {"lifeboat_agent_asset_ready", MetricType::Gauge, "asset,kind,zone", "1 when the asset's own health check passes."},
    {"lifeboat_agent_database_writer", MetricType::Gauge, "node", "1 on the node that accepts writes."},
    {"lifeboat_agent_synchronous", MetricType::Gauge, "",
     "1 while commits wait for the other region, which has every acknowledged write."},
    {"lifeboat_agent_replication_streaming", MetricType::Gauge, "node,role",
     "1 while the replica streams from what it replicates."},
    {"lifeboat_agent_replication_lag_bytes", MetricType::Gauge, "node,role",
     "Behind what it replicates; absent when not known."},
    {"lifeboat_agent_replication_lag_seconds", MetricType::Gauge, "node,role",
     "Behind what it replicates; absent when not known."},
});

constexpr std::array all_roles{model::RegionRole::none, model::RegionRole::active, model::RegionRole::standby};
constexpr std::array all_modes{model::TrafficMode::closed, model::TrafficMode::serve, model::TrafficMode::forward};

double in_seconds(base::Milliseconds span) {
  return std::chrono::duration<double>(span).count();
}

template <class State, std::size_t count>
std::vector<std::string_view> names_of(const std::array<State, count>& states) {
  std::vector<std::string_view> names;
  for (const auto state : states) names.push_back(model::to_string(state));
  return names;
}

void add_leases(metrics::Families& families, const engine::AgentDuty& duty, const AgentVitals::Leases& leases) {
  const bool wanted = engine::wants_lease(duty);
  families.add("lifeboat_agent_lease_wanted", {}, wanted ? 1 : 0);
  if (wanted) families.add("lifeboat_agent_lease_left_seconds", {}, in_seconds(leases.left));
  families.add("lifeboat_agent_lease_duration_seconds", {}, in_seconds(leases.time_to_live));
  families.add("lifeboat_agent_leases_received_total", {}, static_cast<double>(leases.counts.received));
  families.add("lifeboat_agent_leases_granted_total", {}, static_cast<double>(leases.counts.granted));
}

void add_pool(metrics::Families& families, const PoolUse& pool) {
  families.add("lifeboat_agent_pool_clients", {"active"}, pool.clients_active);
  families.add("lifeboat_agent_pool_clients", {"waiting"}, pool.clients_waiting);
  families.add("lifeboat_agent_pool_servers", {"active"}, pool.servers_active);
  families.add("lifeboat_agent_pool_servers", {"idle"}, pool.servers_idle);
  families.add("lifeboat_agent_pool_longest_wait_seconds", {}, pool.longest_wait.count());
  families.add("lifeboat_agent_pool_queries_total", {}, pool.queries);
  families.add("lifeboat_agent_pool_query_seconds_total", {}, pool.queried.count());
  families.add("lifeboat_agent_pool_wait_seconds_total", {}, pool.waited.count());
}

void add_node(metrics::Families& families, const model::ObservedDatabaseNode& node) {
  families.add("lifeboat_agent_asset_ready",
               {node.name, std::string(to_string(model::AssetKind::database_node)), node.zone.value},
               node.state == model::AssetState::ready ? 1 : 0);
  families.add("lifeboat_agent_database_writer", {node.name}, node.accepts_writes ? 1 : 0);
  if (node.role == model::DatabaseRole::none || node.role == model::DatabaseRole::writer) return;
  const std::vector<std::string> labels{node.name, std::string(to_string(node.role))};
  families.add("lifeboat_agent_replication_streaming", labels, node.streaming ? 1 : 0);
  if (node.lag_bytes)
    families.add("lifeboat_agent_replication_lag_bytes", labels, static_cast<double>(*node.lag_bytes));
  if (node.lag_ms)
    families.add("lifeboat_agent_replication_lag_seconds", labels, in_seconds(base::Milliseconds{*node.lag_ms}));
}

void add_region(metrics::Families& families, const model::ObservedRegion& seen, const AgentVitals& vitals) {
  families.add_states("lifeboat_agent_role", {}, names_of(all_roles), to_string(vitals.duty.role));
  families.add_states("lifeboat_agent_traffic", {}, names_of(all_modes), to_string(seen.traffic));
  families.add("lifeboat_agent_writes_held", {}, seen.writes_held ? 1 : 0);
  families.add("lifeboat_agent_synchronous", {}, seen.synchronous_replica.empty() ? 0 : 1);
  add_leases(families, vitals.duty, *vitals.leases);
  if (vitals.pool) add_pool(families, *vitals.pool);
  if (vitals.heard_of_other)
    families.add("lifeboat_agent_peer_silence_seconds", {}, in_seconds(*vitals.heard_of_other));
}

}  // namespace

std::span<const Definition> agent_metric_catalogue() {
  return catalogue;
}

std::vector<prometheus::MetricFamily> agent_metrics(const model::ObservedRegion& seen, const AgentVitals& vitals) {
  metrics::Families families(catalogue);
  families.add("lifeboat_agent_epoch", {}, static_cast<double>(vitals.duty.newest.value));
  families.add("lifeboat_agent_term", {}, static_cast<double>(vitals.duty.term.number));
  if (vitals.leases) add_region(families, seen, vitals);
  for (const auto& asset : seen.assets) {
    // Grafana is absent where the machine has none, which is no failure.
    if (asset.kind == model::AssetKind::dashboard && asset.state == model::AssetState::absent) continue;
    families.add("lifeboat_agent_asset_ready", {asset.id.name, std::string(to_string(asset.kind)), asset.zone.value},
                 asset.state == model::AssetState::ready ? 1 : 0);
  }
  for (const auto& node : seen.nodes) add_node(families, node);
  return families.take();
}

}  // namespace lifeboat::local
