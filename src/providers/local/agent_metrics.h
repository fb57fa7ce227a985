#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <span>
#include <vector>

#include "engine/agent_duty.h"
#include "metrics/families.h"
#include "model/observed.h"
#include "providers/local/lease_keeper.h"
#include "providers/local/pool_use.h"

namespace lifeboat::local {

/// What an agent knows of itself.
struct AgentVitals {
  struct Leases {
    base::Milliseconds left{};  ///< 0 when there is none.
    base::Milliseconds time_to_live{};
    LeaseCounts counts;
  };
  engine::AgentDuty duty;
  std::optional<Leases> leases;  ///< Nothing: the agent outside both regions, which has none.
  /// How long ago the other region's agent or load balancer last answered; nothing: not since this agent began.
  std::optional<base::Milliseconds> heard_of_other;
  std::optional<PoolUse> pool = {};  ///< Nothing: it does not answer, nobody has used it yet, or there is none.
};

/// What every agent may export: the rows of docs/metrics.md.
std::span<const metrics::Definition> agent_metric_catalogue();

/// An agent's GET /metrics, from what its GET /v1/observation is made of. Pure.
std::vector<prometheus::MetricFamily> agent_metrics(const model::ObservedRegion& seen, const AgentVitals& vitals);

}  // namespace lifeboat::local
