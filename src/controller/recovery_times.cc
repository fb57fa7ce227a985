#include "controller/recovery_times.h"

#include <algorithm>

#include "engine/report.h"

namespace lifeboat::controller {
namespace {

std::vector<base::OperationId> ended_failovers(const engine::State& state) {
  std::vector<base::OperationId> ids;
  for (const auto& operation : state.history) {
    if (operation.started.kind == engine::OperationKind::failover) ids.push_back(operation.id());
  }
  return ids;
}

std::optional<base::Milliseconds> measured(const std::vector<engine::Record>& records, const base::OperationId& id) {
  const auto report = engine::build_report(records, id);
  if (!report || !report->rto_ms) return std::nullopt;
  return base::Milliseconds{*report->rto_ms};
}

}  // namespace

std::vector<base::Milliseconds> RecoveryTimes::of(const engine::State& state,
                                                  const std::function<std::vector<engine::Record>()>& records) {
  const std::scoped_lock lock(mutex_);
  const auto ids = ended_failovers(state);
  if (!std::ranges::all_of(ids, [&](const auto& id) { return known_.contains(id); })) {
    const auto all = records();
    for (const auto& id : ids) {
      if (!known_.contains(id)) known_[id] = measured(all, id);
    }
  }
  std::vector<base::Milliseconds> times;
  for (const auto& id : ids) {
    if (const auto& time = known_.at(id)) times.push_back(*time);
  }
  return times;
}

}  // namespace lifeboat::controller
