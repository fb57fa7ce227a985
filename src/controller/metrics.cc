#include "controller/metrics.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

#include "controller/metric_catalogue.h"
#include "controller/outlook.h"

namespace lifeboat::controller {
namespace {

using metrics::Families;

constexpr std::array<std::string_view, 3> verdicts{"ready", "not_ready", "unknown"};
constexpr std::array<std::string_view, 3> check_states{"passed", "warning", "failed"};
constexpr std::array<std::string_view, 5> region_states{"ready", "degraded", "starting", "unreachable", "absent"};
constexpr std::array<std::string_view, 3> traffic_modes{"closed", "serve", "forward"};
constexpr std::array operation_kinds{engine::OperationKind::up,         engine::OperationKind::failover,
                                     engine::OperationKind::switchover, engine::OperationKind::failback,
                                     engine::OperationKind::reprotect,  engine::OperationKind::drill};

double seconds_of(std::int64_t milliseconds) {
  return static_cast<double>(milliseconds) / 1000.0;
}

double one_if(bool holds) {
  return holds ? 1 : 0;
}

void add_controller(Families& families, const MetricsInput& input) {
  const auto& status = input.status;
  families.add("lifeboat_epoch", {}, static_cast<double>(status.epoch));
  families.add("lifeboat_controller_term", {}, static_cast<double>(status.controller.term));
  families.add("lifeboat_controller_stopped", {}, one_if(status.failure.has_value()));
  families.add("lifeboat_failover_armed", {}, one_if(status.armed.has_value()));
  families.add("lifeboat_dns_answers", {}, one_if(input.snapshot.dns.answered));
  families.add("lifeboat_rpo_objective_seconds", {}, seconds_of(input.objectives.rpo_objective.count()));
  families.add("lifeboat_rto_objective_seconds", {}, seconds_of(input.objectives.rto_objective.count()));
  families.add("lifeboat_standby_protects", {}, one_if(input.snapshot.state.is_protected()));
}

void add_operation(Families& families, const engine::State& state) {
  for (const auto kind : operation_kinds) {
    const bool runs = state.operation && state.operation->started.kind == kind;
    families.add("lifeboat_operation_running", {std::string(to_string(kind))}, one_if(runs));
  }
  if (!state.operation || !state.operation->phase) return;
  const auto& operation = *state.operation;
  families.add("lifeboat_operation_phase",
               {std::string(to_string(operation.started.kind)), std::string(to_string(*operation.phase))}, 1);
}

void add_part(Families& families, const std::string& region, const api::PartView& part) {
  families.add("lifeboat_asset_ready", {region, part.name, part.kind, part.zone}, one_if(part.state == "ready"));
}

void add_node(Families& families, const std::string& region, const api::DatabaseNodeView& node) {
  families.add("lifeboat_asset_ready",
               {region, node.name, std::string(to_string(model::AssetKind::database_node)), node.zone},
               one_if(node.state == "ready"));
  const std::vector<std::string> labels{region, node.name, node.role};
  if (node.lag_bytes) families.add("lifeboat_replication_lag_bytes", labels, static_cast<double>(*node.lag_bytes));
  if (node.lag_ms) families.add("lifeboat_replication_lag_seconds", labels, seconds_of(*node.lag_ms));
}

void add_assets(Families& families, const api::RegionView& region) {
  add_part(families, region.name, region.load_balancer);
  for (const auto* parts : {&region.instances, &region.monitoring, &region.others}) {
    for (const auto& part : *parts) add_part(families, region.name, part);
  }
  for (const auto& node : region.database.nodes) add_node(families, region.name, node);
}

/// What is known of a region only while its agent answers.
void add_seen(Families& families, const model::ObservedRegion& seen) {
  const auto& name = seen.name.value;
  families.add("lifeboat_region_epoch", {name}, static_cast<double>(seen.epoch.value));
  families.add_states("lifeboat_region_traffic", {name}, traffic_modes, to_string(seen.traffic));
  families.add("lifeboat_region_writes_held", {name}, one_if(seen.writes_held));
  families.add("lifeboat_region_synchronous", {name}, one_if(!seen.synchronous_replica.empty()));
  if (seen.lease_left) families.add("lifeboat_region_lease_left_seconds", {name}, seconds_of(seen.lease_left->count()));
  for (const auto& node : seen.nodes) {
    families.add("lifeboat_database_writer", {name, node.name}, one_if(node.accepts_writes));
    if (node.role == model::DatabaseRole::none || node.role == model::DatabaseRole::writer) continue;
    families.add("lifeboat_replication_streaming", {name, node.name, std::string(to_string(node.role))},
                 one_if(node.streaming));
  }
}

void add_region(Families& families, const MetricsInput& input, const api::RegionView& region) {
  const auto& state = input.snapshot.state;
  const base::RegionName name{region.name};
  const auto seen = input.snapshot.regions.find(name);
  const bool reachable = seen != input.snapshot.regions.end() && seen->second.reachable;
  families.add("lifeboat_region_active", {region.name}, one_if(state.epoch.value > 0 && state.active_region == name));
  families.add("lifeboat_region_reachable", {region.name}, one_if(reachable));
  families.add("lifeboat_region_lost", {region.name}, one_if(state.lost.contains(name)));
  families.add_states("lifeboat_region_state", {region.name}, region_states, region.state);
  add_assets(families, region);
  if (reachable) add_seen(families, seen->second);
}

std::optional<base::Milliseconds> lag_between_regions(const runtime::Snapshot& snapshot) {
  const auto* replica = replica_between_regions(snapshot);
  if (replica == nullptr || !replica->lag_ms) return std::nullopt;
  return base::Milliseconds{*replica->lag_ms};
}

void add_readiness(Families& families, const MetricsInput& input) {
  const auto& ready = input.status.ready;
  families.add_states("lifeboat_readiness_verdict", {}, verdicts, ready.verdict);
  if (ready.predicted_loss_ms)
    families.add("lifeboat_predicted_loss_seconds", {}, seconds_of(*ready.predicted_loss_ms));
  if (input.verdict) {
    for (const auto& check : input.verdict->checks) {
      families.add_states("lifeboat_readiness_check", {check.id}, check_states, to_string(check.state));
    }
  }
  if (input.marker_lag) {
    families.add("lifeboat_replication_marker_lag_seconds", {}, seconds_of(input.marker_lag->count()));
  }
  if (const auto recovery = predicted_recovery(input.recovery_times, lag_between_regions(input.snapshot))) {
    families.add("lifeboat_predicted_recovery_seconds", {}, seconds_of(recovery->count()));
  }
}

}  // namespace

std::optional<base::Milliseconds> predicted_recovery(std::span<const base::Milliseconds> recovery_times,
                                                     std::optional<base::Milliseconds> lag) {
  if (recovery_times.empty() || !lag) return std::nullopt;
  std::vector<base::Milliseconds> sorted(recovery_times.begin(), recovery_times.end());
  std::ranges::sort(sorted);
  // Of an even number the longer of the two in the middle.
  return sorted[sorted.size() / 2] + *lag;
}

std::vector<prometheus::MetricFamily> controller_metrics(const MetricsInput& input) {
  Families families(metric_catalogue());
  add_controller(families, input);
  add_readiness(families, input);
  for (const auto& region : input.status.regions) add_region(families, input, region);
  add_operation(families, input.snapshot.state);
  input.records.add_to(families);
  families.add("lifeboat_journal_sync_duration_seconds", {}, input.journal_syncs);
  return families.take();
}

}  // namespace lifeboat::controller
