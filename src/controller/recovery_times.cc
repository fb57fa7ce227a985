#include "controller/recovery_times.h"

#include "engine/report.h"

namespace lifeboat::controller {
namespace {

Measured measured_by(const std::vector<engine::Record>& records, const base::OperationId& id) {
  const auto report = engine::build_report(records, id);
  if (!report) return {};
  Measured measured{.acknowledged_writes = report->acknowledged_writes,
                    .lost_acknowledged_writes = report->lost_acknowledged_writes};
  if (report->rto_ms) measured.recovery_time = base::Milliseconds{*report->rto_ms};
  return measured;
}

}  // namespace

std::map<base::OperationId, Measured> RecoveryTimes::measured(const engine::State& state, const Records& records) {
  const std::scoped_lock lock(mutex_);
  std::map<base::OperationId, Measured> latest;
  std::optional<std::vector<engine::Record>> all;
  for (const auto& operation : state.history) {
    const auto known = known_.find(operation.id());
    if (known == known_.end() && !all) all = records();
    latest[operation.id()] = known == known_.end() ? measured_by(*all, operation.id()) : known->second;
  }
  known_ = latest;
  return latest;
}

std::vector<base::Milliseconds> RecoveryTimes::of(const engine::State& state, const Records& records) {
  const auto all = measured(state, records);
  std::vector<base::Milliseconds> times;
  for (const auto& operation : state.history) {
    const auto& time = all.at(operation.id()).recovery_time;
    if (operation.started.kind == engine::OperationKind::failover && time) times.push_back(*time);
  }
  return times;
}

}  // namespace lifeboat::controller
