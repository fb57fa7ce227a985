#include "controller/record_statistics.h"

#include <algorithm>
#include <chrono>

namespace lifeboat::controller {
namespace {

/// From a switchover's shortest phase to the first copy of a large database.
std::vector<double> duration_bounds_s() {
  return {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 120, 300, 600, 1800};
}

double span_in_seconds(base::WallTime from, base::WallTime to) {
  // The wall clock may have been set back meanwhile.
  return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

/// "failover-7/promote" counts as "promote": the operation's number would make a series of each.
std::string step_of(const engine::EffectId& effect) {
  const auto slash = effect.value.find('/');
  return slash == std::string::npos ? effect.value : effect.value.substr(slash + 1);
}

void add_counts(metrics::Families& families, std::string_view name,
                const std::map<std::vector<std::string>, std::uint64_t>& counts) {
  for (const auto& [labels, count] : counts) families.add(name, labels, static_cast<double>(count));
}

void add_histograms(metrics::Families& families, std::string_view name,
                    const std::map<std::vector<std::string>, prometheus::Histogram>& histograms) {
  for (const auto& [labels, histogram] : histograms) families.add(name, labels, histogram.Collect().histogram);
}

}  // namespace

/// Called with the mutex held.
struct RecordStatistics::Visitor {
  RecordStatistics& into;

  void operator()(const engine::OperationStarted& record) const {
    if (!record.supersedes.empty()) into.end(record.supersedes, engine::Verdict::superseded, record.at);
    into.running_[record.operation] = {record.kind, record.at, std::nullopt, {}};
  }
  void operator()(const engine::PhaseEntered& record) const {
    const auto found = into.running_.find(record.operation);
    if (found == into.running_.end()) return;
    into.end_phase(found->second, record.at);
    found->second.phase = record.phase;
    found->second.phase_since = record.at;
  }
  void operator()(const engine::EffectFailed& record) const {
    ++into.errors_[{step_of(record.effect), std::string(record.error.name())}];
  }
  void operator()(const engine::OperationEnded& record) const { into.end(record.operation, record.verdict, record.at); }
  void operator()(const engine::RegionLost& record) const { ++into.losses_[{record.region.value}]; }
  template <class Other>
  void operator()(const Other&) const {}
};

void RecordStatistics::take(std::span<const engine::Record> records) {
  const std::scoped_lock lock(mutex_);
  records_ += records.size();
  for (const auto& record : records) std::visit(Visitor{*this}, record);
}

void RecordStatistics::end_phase(const Running& running, base::WallTime at) {
  if (!running.phase) return;
  const Labels labels{std::string(to_string(running.kind)), std::string(to_string(*running.phase))};
  phase_durations_.try_emplace(labels, duration_bounds_s())
      .first->second.Observe(span_in_seconds(running.phase_since, at));
}

void RecordStatistics::end(const base::OperationId& operation, engine::Verdict verdict, base::WallTime at) {
  const auto found = running_.find(operation);
  if (found == running_.end()) return;
  const auto running = found->second;
  running_.erase(found);
  end_phase(running, at);
  const std::string kind(to_string(running.kind));
  ++ended_[{kind, std::string(to_string(verdict))}];
  durations_.try_emplace(Labels{kind}, duration_bounds_s())
      .first->second.Observe(span_in_seconds(running.started_at, at));
}

void RecordStatistics::add_to(metrics::Families& families) const {
  const std::scoped_lock lock(mutex_);
  families.add("lifeboat_journal_records_total", {}, static_cast<double>(records_));
  add_counts(families, "lifeboat_operations_total", ended_);
  add_counts(families, "lifeboat_effect_errors_total", errors_);
  add_counts(families, "lifeboat_region_losses_total", losses_);
  add_histograms(families, "lifeboat_operation_duration_seconds", durations_);
  add_histograms(families, "lifeboat_operation_phase_duration_seconds", phase_durations_);
}

}  // namespace lifeboat::controller
