#include "controller/readiness_watch.h"

#include <utility>

namespace lifeboat::controller {
namespace {

constexpr base::Milliseconds look_interval{200};

bool active_answers(const engine::State& state) {
  const auto watch = state.watch.regions.find(state.active_region);
  return !state.lost.contains(state.active_region) && watch != state.watch.regions.end() && watch->second.misses == 0;
}

bool worth_looking(const engine::State& state) {
  // During a drill the standby protects as before, and who judges a loss has to know how well.
  const bool is_quiet = !state.operation || state.operation->started.kind == engine::OperationKind::drill;
  return state.built && is_quiet && active_answers(state);
}

}  // namespace

ReadinessWatch::ReadinessWatch(runtime::Runtime& runtime, const Verifier& verifier, base::Milliseconds interval,
                               LagSource lag_source)
    : runtime_(runtime),
      verifier_(verifier),
      interval_(interval),
      lag_source_(lag_source),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ReadinessWatch::~ReadinessWatch() = default;

Assessment ReadinessWatch::verify() {
  const auto state = runtime_.snapshot().state;
  const auto evidence = verifier_.collect(state);
  Assessment assessment{readiness::assess(evidence), readiness::predicted_loss(evidence), evidence.marker.lag};
  const bool before_loss = assessment.verdict.ready || says_something_of_the_standby(evidence);
  {
    const std::scoped_lock lock(mutex_);
    latest_ = assessment;
    if (before_loss) before_loss_ = assessment;
  }
  // A loss in the next moment is judged by what was answered here.
  if (before_loss) runtime_.report_observation();
  return assessment;
}

/// A region that is lost while it is looked at writes no marker, or answers no more after it: what is missing then is
/// missing because of the loss, and must not keep the failover from going.
bool ReadinessWatch::says_something_of_the_standby(const readiness::Evidence& evidence) const {
  return evidence.active_region.reachable && !evidence.marker.served_by.empty() && verifier_.answers(evidence.active);
}

std::optional<Assessment> ReadinessWatch::latest() const {
  const std::scoped_lock lock(mutex_);
  return latest_;
}

engine::Readiness ReadinessWatch::for_command() {
  if (!active_answers(runtime_.snapshot().state)) return latest_for_engine();
  const auto fresh = verify();
  return to_engine(fresh.verdict, fresh.predicted_loss);
}

engine::Readiness ReadinessWatch::for_failover() {
  const auto latest = latest_for_engine();
  // When the region hangs a fresh look takes seconds, and a failover is judged by its loss alone.
  return latest.predicted_loss ? latest : for_command();
}

engine::Readiness ReadinessWatch::latest_for_engine() {
  const auto snapshot = runtime_.snapshot();
  if (active_answers(snapshot.state)) {
    note_loss(snapshot);
  } else if (lag_source_ == LagSource::kept_by_world) {
    note_kept_lag(snapshot);
  }
  const std::scoped_lock lock(mutex_);
  if (before_loss_) return to_engine(before_loss_->verdict, loss());
  return {.ready = false,
          .reasons = {"the standby region has not been verified while the active one answered"},
          .predicted_loss = loss()};
}

/// The mutex is held.
std::optional<base::Milliseconds> ReadinessWatch::loss() const {
  const auto verified = before_loss_ ? before_loss_->predicted_loss : std::nullopt;
  return readiness::predicted_loss(verifier_.stack(), synchronous_, lag_ ? lag_ : verified);
}

/// What was last seen while the active region answered is what a loss now would cost: the lag, or nothing where its
/// commits wait for the other region.
void ReadinessWatch::note_loss(const runtime::Snapshot& snapshot) {
  const auto active = snapshot.regions.find(snapshot.state.active_region);
  if (active != snapshot.regions.end() && active->second.reachable &&
      active->second.role == model::RegionRole::active) {
    const std::scoped_lock lock(mutex_);
    synchronous_ = readiness::is_synchronous(verifier_.stack(), active->second);
  }
  const auto standby = snapshot.regions.find(snapshot.state.standby_region());
  if (standby == snapshot.regions.end() || !standby->second.reachable) return;
  for (const auto& node : standby->second.nodes) {
    if (node.role != model::DatabaseRole::cross_region_replica || !node.streaming || !node.lag_ms) continue;
    const std::scoped_lock lock(mutex_);
    lag_ = base::Milliseconds{*node.lag_ms};
  }
}

/// Only where nothing better is known.
void ReadinessWatch::note_kept_lag(const runtime::Snapshot& snapshot) {
  const auto standby = snapshot.regions.find(snapshot.state.standby_region());
  const std::scoped_lock lock(mutex_);
  if (lag_ || before_loss_ || standby == snapshot.regions.end() || !standby->second.reachable) return;
  for (const auto& node : standby->second.nodes) {
    if (node.role == model::DatabaseRole::cross_region_replica && node.lag_ms) {
      lag_ = base::Milliseconds{*node.lag_ms};
    }
  }
}

void ReadinessWatch::run(const std::stop_token& stop) {
  std::mutex sleeping;
  std::pair<base::Epoch, bool> verified;
  auto next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    const auto snapshot = runtime_.snapshot();
    if (worth_looking(snapshot.state)) {
      note_loss(snapshot);
      // A new reign is looked at at once, and one that is synchronous again; the same one every interval.
      const auto seen = std::pair(snapshot.state.epoch, snapshot.state.synchronous);
      if (verified != seen || std::chrono::steady_clock::now() >= next) {
        verify();
        verified = seen;
        next = std::chrono::steady_clock::now() + interval_;
      }
    }
    std::unique_lock lock(sleeping);
    wake_.wait_for(lock, stop, look_interval, [] { return false; });
  }
}

}  // namespace lifeboat::controller
