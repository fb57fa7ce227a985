#include "engine/automatic.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "engine/commands.h"
#include "engine/table.h"

namespace lifeboat::engine {
namespace {

/// When the writer last moved to another region, or stayed after an attempt.
std::optional<base::WallTime> last_move(const State& state) {
  for (const auto& operation : state.history) {
    if (moves_the_writer(operation.started.kind) && operation.ended) return operation.ended->at;
  }
  return std::nullopt;
}

/// It counts as lost until it has answered often enough, but nobody fails over from a region that answers now.
bool answers_again(const State& state) {
  const auto watch = state.watch.regions.find(state.active_region);
  return watch == state.watch.regions.end() || watch->second.misses < state.setup.detection_threshold;
}

/// For how long the other agent must have heard nothing. One look of it that fails takes up to two time limits. Where
/// the fence waits for the end of the lease anyway, as many looks have to fail as probes of the controller: it costs no
/// time there.
base::Milliseconds witness_silence(const Setup& setup) {
  constexpr base::Milliseconds shortest_limit{200};
  if (setup.power_switch) return setup.silence();
  const auto look = setup.detection_interval + 2 * std::max(setup.detection_interval, shortest_limit);
  return std::max(setup.silence(), std::min(look * setup.detection_threshold, setup.lease_time_to_live / 2));
}

/// The agent of the standby region is the second witness: whom it hears is not lost, only out of the controller's
/// sight.
std::string what_the_other_says(const State& state) {
  const auto& standby = state.standby_region();
  if (is_silent(state, standby)) {
    return fmt::format("{} does not answer either, which looks like a fault of the controller's own network",
                       standby.value);
  }
  const auto watch = state.watch.regions.find(standby);
  if (watch == state.watch.regions.end() || !watch->second.probed) {
    return fmt::format("{} has not been asked yet", standby.value);
  }
  const auto heard = watch->second.heard_of_other;
  if (!heard || *heard >= witness_silence(state.setup)) return "";
  return fmt::format("{} still hears {}: only the controller does not", standby.value, state.active_region.value);
}

std::string readiness_says(const State& state) {
  const auto& readiness = state.watch.readiness;
  if (!readiness) {
    return fmt::format("readiness was not verified while {} answered; the operator decides", state.active_region.value);
  }
  if (!readiness->ready)
    return fmt::format("{} was not ready: {}", state.standby_region().value, fmt::join(readiness->reasons, "; "));
  return "";
}

std::string hold_down_says(const State& state, base::WallTime now) {
  const auto moved = last_move(state);
  if (!moved || now - *moved >= state.setup.hold_down) return "";
  return fmt::format("the writer moved less than {} s ago", state.setup.hold_down.count() / 1000);
}

/// Empty: go. Else why not; it changes only when the reason does.
std::string refusal(const State& state, const FailoverOptions& options, base::WallTime now) {
  for (auto reason : {what_the_other_says(state), readiness_says(state), hold_down_says(state, now)}) {
    if (!reason.empty()) return reason;
  }
  const auto allowed = may_fail_over(state, options);
  return allowed ? "" : allowed.error().message;
}

}  // namespace

void fire_if_automatic(Stepper& stepper) {
  const auto& state = stepper.state();
  if (!state.setup.automatic || state.armed) return;
  // A drill costs no protection: a failover goes before it.
  const bool is_busy = state.operation && state.operation->started.kind != OperationKind::drill;
  if (!state.lost.contains(state.active_region) || is_busy) {
    stepper.watch().refused_because.clear();
    return;
  }
  if (answers_again(state)) return;
  FailoverOptions options;
  if (state.watch.readiness) options.readiness = *state.watch.readiness;
  const auto reason = refusal(state, options, stepper.at().wall);
  if (reason.empty()) {
    start_failover(stepper, options, Trigger::automatic);
    return;
  }
  if (reason == stepper.watch().refused_because) return;
  stepper.watch().refused_because = reason;
  stepper.record(AutomaticRefused{state.active_region,
                                  fmt::format("{} is lost and no failover goes by itself: {}. 'lifeboat failover' is "
                                              "the operator's.",
                                              state.active_region.value, reason),
                                  stepper.at().wall});
}

}  // namespace lifeboat::engine
