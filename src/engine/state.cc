#include "engine/state.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/assert.h"

namespace lifeboat::engine {
namespace {

bool undoes(std::optional<Phase> phase) {
  return phase == Phase::unholding || phase == Phase::reopening || phase == Phase::discarding;
}

/// Folds one record into the state; one overload a kind of record.
/// A repaired journal may have lost the starts of earlier operations; no number is given twice all the same.
std::uint64_t number_of(const base::OperationId& operation) {
  const auto digits = std::string_view(operation.value).substr(operation.value.rfind('-') + 1);
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

class Fold {
 public:
  explicit Fold(State& state) : state_(state) {}

  void operator()(const OperationStarted& record) {
    if (state_.operation) {
      (*this)(OperationEnded{state_.operation->id(), Verdict::superseded, std::nullopt, "", record.at});
    }
    Operation operation;
    operation.started = record;
    operation.started.sentence.clear();
    operation.epoch = operation.previous_epoch = state_.epoch;
    state_.operation = std::move(operation);
    state_.operations_started = std::max(state_.operations_started + 1, number_of(record.operation));
    if (record.kind == OperationKind::failover) state_.armed.reset();
  }

  void operator()(const EpochPromised& record) {
    state_.promised_epoch = record.epoch;
    if (auto* operation = running(record.operation)) {
      operation->epoch = record.epoch;
      operation->previous_epoch = base::Epoch{record.epoch.value - 1};
    }
  }

  void operator()(const PhaseEntered& record) {
    auto* operation = running(record.operation);
    if (operation == nullptr) return;
    operation->phase = record.phase;
    operation->phase_since = record.at;
    operation->progress.clear();
    if (record.phase == Phase::cloning) state_.drilled.insert(operation->started.to);
    if (!undoes(record.phase)) operation->cause.reset();
  }

  void operator()(const EffectSucceeded& record) {
    auto* operation = running(record.operation);
    if (operation == nullptr) return;
    operation->progress[record.effect].done = true;
    if (const auto* certificate = std::get_if<FenceCertificate>(&record.outcome)) operation->certificate = *certificate;
    if (std::holds_alternative<LeasePromise>(record.outcome)) operation->lease_promise = true;
    if (const auto* promotion = std::get_if<Promotion>(&record.outcome)) operation->promotion = *promotion;
    if (const auto* rehearsal = std::get_if<Rehearsal>(&record.outcome)) operation->rehearsal = *rehearsal;
    if (operation->phase == Phase::discarding) state_.drilled.erase(operation->started.to);
  }

  void operator()(const EffectFailed& record) {
    auto* operation = running(record.operation);
    if (operation == nullptr) return;
    auto& progress = operation->progress[record.effect];
    ++progress.failures;
    progress.failed_for_good = record.for_good;
    progress.last_error = record.error.message;
    if (!undoes(operation->phase)) operation->cause = record.error;
  }

  void operator()(const ReignBegan& record) {
    if (record.region != state_.active_region) state_.standby_is_replica = state_.synchronous = false;
    const auto* operation = running(record.operation);
    const bool by_up = operation != nullptr && operation->started.kind == OperationKind::up;
    state_.must_reopen = by_up && state_.epoch.value > 0;
    state_.active_region = record.region;
    state_.epoch = record.epoch;
  }

  void operator()(const StandbyChanged& record) { state_.standby_is_replica = record.is_replica; }

  void operator()(const OperationEnded& record) {
    auto* operation = running(record.operation);
    if (operation == nullptr) return;
    if (operation->started.kind == OperationKind::up && record.verdict == Verdict::done) {
      state_.built = true;
      state_.must_reopen = false;
    }
    operation->ended = record;
    operation->phase = Phase::ended;
    operation->phase_since = record.at;
    operation->started.plan = {};  // Only a running up needs it.
    state_.history.push_front(std::move(*operation));
    if (state_.history.size() > history_limit) state_.history.pop_back();
    state_.operation.reset();
  }

  void operator()(const RegionLost& record) { state_.lost[record.region] = record; }
  void operator()(const RegionBack& record) { state_.lost.erase(record.region); }
  void operator()(const SynchronyChanged& record) { state_.synchronous = record.synchronous; }
  void operator()(const Armed& record) { state_.armed = record; }
  void operator()(const AbortAsked& record) {
    auto* operation = running(record.operation);
    if (operation == nullptr) return;
    operation->abort_asked = true;
    operation->cause = base::fail(base::ErrorCode::aborted, "an operator asked for it").error();
  }
  void operator()(const AutomaticRefused&) {}
  void operator()(const Adopted& record) {
    // What was under way began in a world that is not any more.
    if (state_.operation) {
      (*this)(OperationEnded{state_.operation->id(), Verdict::superseded, std::nullopt, "", record.at});
    }
    state_.armed.reset();
    state_.synchronous = false;
    state_.active_region = record.region;
    state_.epoch = record.epoch;
    state_.promised_epoch = std::max(state_.promised_epoch, record.promised);
    state_.built = record.epoch.value > 0;
    state_.standby_is_replica = record.standby_is_replica;
    state_.must_adopt = state_.must_reopen = false;
    // The journal that knew of drills is lost.
    if (state_.built) state_.drilled = {state_.setup.home, state_.setup.standby};
  }
  void operator()(const TermTaken& record) {
    state_.term = {record.number, record.controller};
    if (!record.continues) state_.must_adopt = true;
  }
  void operator()(const Disarmed&) { state_.armed.reset(); }

 private:
  Operation* running(const base::OperationId& id) {
    return state_.operation && state_.operation->id() == id ? &*state_.operation : nullptr;
  }

  State& state_;
};

}  // namespace

Setup make_setup(const model::Stack& stack) {
  return Setup{.home = stack.home.name,
               .standby = stack.standby.name,
               .assets = model::assets_of(stack),
               .detection_threshold = stack.recovery.detection_threshold,
               .rpo_objective = stack.recovery.rpo_objective,
               .synchronous = stack.database.cross_region == model::CrossRegionReplication::synchronous,
               .leases = stack.world == model::World::local,
               .power_switch = stack.recovery.power_fence,
               .automatic = stack.recovery.mode == model::RecoveryMode::automatic,
               .lease_time_to_live = stack.recovery.lease,
               .hold_down = stack.recovery.hold_down,
               .detection_interval = stack.recovery.detection_interval};
}

bool is_behind(const State& state) {
  return state.must_adopt || state.watch.newest_heard > state.promised_epoch;
}

State initial_state(Setup setup) {
  State state;
  state.active_region = setup.home;
  state.setup = std::move(setup);
  return state;
}

State fold(State state, const Record& record) {
  std::visit(Fold(state), record);
  return state;
}

}  // namespace lifeboat::engine
