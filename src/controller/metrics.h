#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <span>
#include <vector>

#include "api/status_view.h"
#include "controller/record_statistics.h"
#include "model/stack.h"
#include "readiness/check.h"
#include "runtime/runtime.h"

namespace lifeboat::controller {

/// What the metrics are made from: what status is made from, and what was counted.
struct MetricsInput {
  const runtime::Snapshot& snapshot;
  const api::StatusView& status;  ///< Of the same snapshot.
  const model::Recovery& objectives;
  std::optional<readiness::Verdict> verdict;     ///< The latest verify's.
  std::optional<base::Milliseconds> marker_lag;  ///< The latest verify's.
  /// Of the failovers whose recovery was measured, in any order.
  std::span<const base::Milliseconds> recovery_times;
  const RecordStatistics& records;
  prometheus::ClientMetric::Histogram journal_syncs;
};

/// The controller's GET /metrics. Pure.
std::vector<prometheus::MetricFamily> controller_metrics(const MetricsInput& input);

/// What a failover now would take: the median of those that were, and the lag, which the promotion has to replay.
/// Nothing when either is not known.
std::optional<base::Milliseconds> predicted_recovery(std::span<const base::Milliseconds> recovery_times,
                                                     std::optional<base::Milliseconds> lag);

}  // namespace lifeboat::controller
