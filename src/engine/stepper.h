#pragma once

#include <string>
#include <utility>

#include "engine/state.h"
#include "engine/step.h"

namespace lifeboat::engine {

/// One step under way: a working copy of the state that every record is folded into at once, and the result that grows.
class Stepper {
 public:
  Stepper(const State& state, const Moment& at) : state_(state), at_(at) {}

  const State& state() const { return state_; }
  const Moment& at() const { return at_; }
  Watch& watch() { return state_.watch; }

  /// Checks the invariants, folds the record, puts it into the result.
  void record(Record record);
  /// Begins a phase of the running operation.
  void enter(Phase phase);
  /// Forgets what is under way: answers to it are ignored from here on, because its operation is over.
  void forget_effects();
  /// Ends the running operation.
  void end(Verdict verdict, std::optional<base::Error> error, std::string sentence);
  void issue(Effect effect);
  void grant(LeaseGrant grant);
  void reply(Reply reply) { result_.reply = std::move(reply); }

  StepResult finish();

 private:
  State state_;
  Moment at_;
  StepResult result_;
};

}  // namespace lifeboat::engine
