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
  return state.built && !state.operation && active_answers(state);
}

}  // namespace

ReadinessWatch::ReadinessWatch(const runtime::Runtime& runtime, const Verifier& verifier, base::Milliseconds interval)
    : runtime_(runtime),
      verifier_(verifier),
      interval_(interval),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ReadinessWatch::~ReadinessWatch() = default;

Assessment ReadinessWatch::verify() {
  const auto state = runtime_.snapshot().state;
  const auto evidence = verifier_.collect(state);
  Assessment assessment{readiness::assess(evidence), readiness::predicted_loss(evidence)};
  const std::scoped_lock lock(mutex_);
  latest_ = assessment;
  if (evidence.active_region.reachable) before_loss_ = assessment;
  return assessment;
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

engine::Readiness ReadinessWatch::latest_for_engine() const {
  const std::scoped_lock lock(mutex_);
  if (before_loss_) return to_engine(before_loss_->verdict, lag_ ? lag_ : before_loss_->predicted_loss);
  return {.ready = false,
          .reasons = {"the standby region has not been verified while the active one answered"},
          .predicted_loss = lag_};
}

/// The lag that was last seen while the active region answered is what a loss now would cost.
void ReadinessWatch::note_lag(const runtime::Snapshot& snapshot) {
  const auto standby = snapshot.regions.find(snapshot.state.standby_region());
  if (standby == snapshot.regions.end() || !standby->second.reachable) return;
  for (const auto& node : standby->second.nodes) {
    if (node.role != model::DatabaseRole::cross_region_replica || !node.streaming || !node.lag_ms) continue;
    const std::scoped_lock lock(mutex_);
    lag_ = base::Milliseconds{*node.lag_ms};
  }
}

void ReadinessWatch::run(const std::stop_token& stop) {
  std::mutex sleeping;
  base::Epoch verified;
  auto next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    const auto snapshot = runtime_.snapshot();
    if (worth_looking(snapshot.state)) {
      note_lag(snapshot);
      // A new reign is looked at at once, the same one every interval.
      if (verified != snapshot.state.epoch || std::chrono::steady_clock::now() >= next) {
        verify();
        verified = snapshot.state.epoch;
        next = std::chrono::steady_clock::now() + interval_;
      }
    }
    std::unique_lock lock(sleeping);
    wake_.wait_for(lock, stop, look_interval, [] { return false; });
  }
}

}  // namespace lifeboat::controller
