#include "controller/readiness_watch.h"

#include <utility>

namespace lifeboat::controller {
namespace {

bool active_answers(const engine::State& state) {
  const auto watch = state.watch.regions.find(state.active_region);
  return !state.lost.contains(state.active_region) && watch != state.watch.regions.end() && watch->second.misses == 0;
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

engine::Readiness ReadinessWatch::latest_for_engine() const {
  const std::scoped_lock lock(mutex_);
  if (!before_loss_) {
    return {.ready = false,
            .reasons = {"the standby region has not been verified while the active one answered"},
            .predicted_loss = {}};
  }
  return to_engine(before_loss_->verdict, before_loss_->predicted_loss);
}

bool ReadinessWatch::worth_looking() const {
  const auto state = runtime_.snapshot().state;
  return state.built && !state.operation && active_answers(state);
}

void ReadinessWatch::run(const std::stop_token& stop) {
  std::mutex sleeping;
  while (!stop.stop_requested()) {
    if (worth_looking()) verify();
    std::unique_lock lock(sleeping);
    wake_.wait_for(lock, stop, interval_, [] { return false; });
  }
}

}  // namespace lifeboat::controller
