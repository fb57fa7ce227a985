#include "engine/stepper.h"

#include "engine/invariants.h"
#include "engine/table.h"

namespace lifeboat::engine {

void Stepper::record(Record record) {
  assert_may_record(state_, record);
  state_ = fold(std::move(state_), record);
  if (auto sentence = sentence_of(record); !sentence.empty()) result_.explanation.push_back(std::move(sentence));
  result_.records.push_back(std::move(record));
}

void Stepper::enter(Phase phase) {
  const auto& operation = *state_.operation;
  const auto& row = phase_row(operation.started.kind, phase);
  record(PhaseEntered{operation.id(), phase, fill(row.sentence, operation), at_.wall});
}

void Stepper::end(Verdict verdict, std::optional<base::Error> error, std::string sentence) {
  record(OperationEnded{state_.operation->id(), verdict, std::move(error), std::move(sentence), at_.wall});
  forget_effects();
}

void Stepper::forget_effects() {
  state_.watch.under_way.clear();
  state_.watch.not_before.clear();
  state_.watch.promised_over_at.reset();
}

void Stepper::issue(Effect effect) {
  assert_may_issue(state_, effect);
  state_.watch.under_way.insert(effect.id);
  state_.watch.not_before.erase(effect.id);
  result_.effects.push_back(std::move(effect));
}

void Stepper::grant(LeaseGrant grant) {
  assert_may_grant(state_, grant);
  result_.grants.push_back(std::move(grant));
}

StepResult Stepper::finish() {
  result_.watch = std::move(state_.watch);
  return std::move(result_);
}

}  // namespace lifeboat::engine
