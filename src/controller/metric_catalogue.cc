#include "controller/metric_catalogue.h"

#include <array>

namespace lifeboat::controller {

using prometheus::MetricType;

std::span<const metrics::Definition> metric_catalogue() {
  static constexpr auto catalogue = std::to_array<metrics::Definition>({
      {"lifeboat_epoch", MetricType::Gauge, "", "The epoch of the reign; 0 before the first up."},
      {"lifeboat_controller_term", MetricType::Gauge, "", "The controller's term; agents obey the newest only."},
      {"lifeboat_controller_stopped", MetricType::Gauge, "",
       "1 when the controller can't write its journal, or another one has taken over: it decides nothing any more."},
      {"lifeboat_failover_armed", MetricType::Gauge, "",
       "1 while an operator has armed a failover for the loss of the active region."},
      {"lifeboat_dns_answers", MetricType::Gauge, "", "1 when the DNS server answered for the front door's name."},
      {"lifeboat_readiness_verdict", MetricType::Gauge, "verdict",
       "1 for whether a failover now would succeed; unknown: nobody has looked yet."},
      {"lifeboat_readiness_check", MetricType::Gauge, "check,state",
       "1 for the state of each check of the latest verify."},
      {"lifeboat_predicted_loss_seconds", MetricType::Gauge, "",
       "The predicted RPO: how much time of writing a failover now would lose; absent when not known."},
      {"lifeboat_predicted_recovery_seconds", MetricType::Gauge, "",
       "The predicted RTO: the median of the failovers that were measured and the lag of now; absent without either."},
      {"lifeboat_rpo_objective_seconds", MetricType::Gauge, "", "recovery.rpo_objective of the stack file."},
      {"lifeboat_rto_objective_seconds", MetricType::Gauge, "", "recovery.rto_objective of the stack file."},
      {"lifeboat_standby_protects", MetricType::Gauge, "",
       "1 when the standby region is a complete replica of the active one, and streams."},
      {"lifeboat_region_active", MetricType::Gauge, "region", "1 for the region that reigns."},
      {"lifeboat_region_reachable", MetricType::Gauge, "region", "1 when the region's agent answered the latest look."},
      {"lifeboat_region_lost", MetricType::Gauge, "region",
       "1 from the detection of a region's loss until it answers again."},
      {"lifeboat_region_losses_total", MetricType::Counter, "region", "Losses detected, in the whole journal."},
      {"lifeboat_region_state", MetricType::Gauge, "region,state", "1 for the region's state as status shows it."},
      {"lifeboat_region_epoch", MetricType::Gauge, "region", "The newest epoch that the region's agent knows."},
      {"lifeboat_region_traffic", MetricType::Gauge, "region,mode", "1 for what the region's load balancer does."},
      {"lifeboat_region_writes_held", MetricType::Gauge, "region", "1 while the region's pool holds statements."},
      {"lifeboat_region_lease_left_seconds", MetricType::Gauge, "region",
       "How long the region may acknowledge writes without a new lease; absent where it wants none."},
      {"lifeboat_region_synchronous", MetricType::Gauge, "region",
       "1 while the region's commits wait for the other region, which has every acknowledged write."},
      {"lifeboat_asset_ready", MetricType::Gauge, "region,asset,kind,zone",
       "1 when the asset was seen ready; 0 also when nobody could see it."},
      {"lifeboat_database_writer", MetricType::Gauge, "region,node", "1 on the node that accepts writes."},
      {"lifeboat_replication_streaming", MetricType::Gauge, "region,node,role",
       "1 while the replica streams from what it replicates."},
      {"lifeboat_replication_lag_bytes", MetricType::Gauge, "region,node,role",
       "Behind what it replicates; absent when not known."},
      {"lifeboat_replication_lag_seconds", MetricType::Gauge, "region,node,role",
       "Behind what it replicates; absent when not known."},
      {"lifeboat_replication_marker_lag_seconds", MetricType::Gauge, "",
       "The latest verify's marker: acknowledged at the front door until seen on the standby region's replica."},
      {"lifeboat_operation_running", MetricType::Gauge, "operation", "1 while an operation of this kind runs."},
      {"lifeboat_operation_phase", MetricType::Gauge, "operation,phase", "1 for the phase of the one that runs."},
      {"lifeboat_operations_total", MetricType::Counter, "operation,verdict",
       "Operations that have ended, in the whole journal."},
      {"lifeboat_operation_duration_seconds", MetricType::Histogram, "operation",
       "How long they took, in the whole journal."},
      {"lifeboat_operation_phase_duration_seconds", MetricType::Histogram, "operation,phase",
       "How long their phases took, in the whole journal."},
      {"lifeboat_effect_errors_total", MetricType::Counter, "effect,code",
       "Steps of operations that failed, also those tried again, in the whole journal."},
      {"lifeboat_journal_records_total", MetricType::Counter, "", "Records, in the whole journal."},
      {"lifeboat_journal_sync_duration_seconds", MetricType::Histogram, "",
       "How long the disk took to keep what was appended, since the controller began."},
  });
  return catalogue;
}

}  // namespace lifeboat::controller
