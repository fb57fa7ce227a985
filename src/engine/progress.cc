#include "engine/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/grants.h"
#include "engine/leadership.h"
#include "engine/plausible.h"
#include "engine/table.h"

namespace lifeboat::engine {
namespace {

constexpr base::Milliseconds first_pause{100};
constexpr base::Milliseconds longest_pause{10'000};

base::Milliseconds pause_after(int failures) {
  auto pause = first_pause;
  for (int i = 1; i < failures && pause < longest_pause; ++i) pause *= 2;
  return std::min(pause, longest_pause);
}

const EffectProgress* progress_of(const Operation& operation, const EffectId& id) {
  const auto found = operation.progress.find(id);
  return found == operation.progress.end() ? nullptr : &found->second;
}

bool is_done(const Operation& operation, const EffectId& id) {
  const auto* progress = progress_of(operation, id);
  return progress != nullptr && progress->done;
}

std::vector<Task> current_tasks(const State& state) {
  return phase_row(state.operation->started.kind, *state.operation->phase).tasks(state, *state.operation);
}

/// A refusal will be the same next time; only what is unavailable or late is worth another try where tries are counted.
bool worth_another_try(base::ErrorKind kind) {
  return kind == base::ErrorKind::unavailable || kind == base::ErrorKind::timeout;
}

bool has_failed_for_good(const Operation& operation, const Task& task) {
  const auto* progress = progress_of(operation, task.id);
  return progress != nullptr && progress->failed_for_good;
}

void record_failure(Stepper& stepper, const EffectId& id, const base::Error& error) {
  const auto& operation = *stepper.state().operation;
  const int allowed = phase_row(operation.started.kind, *operation.phase).attempts;
  const auto* progress = progress_of(operation, id);
  const int failures = (progress == nullptr ? 0 : progress->failures) + 1;
  const bool again = allowed == 0 || (failures < allowed && worth_another_try(error.kind()));
  const auto pause = pause_after(failures);
  auto sentence = fmt::format("{} failed: {}.", id.value, error.message);
  if (again) sentence += fmt::format(" Trying again in {} ms.", pause.count());
  stepper.record(EffectFailed{operation.id(), id, error, !again, std::move(sentence), stepper.at().wall});
  if (again) stepper.watch().not_before[id] = stepper.at().now + pause;
}

/// What is true once a phase is through. By the state and not by the answer, so that a crash between two records of one
/// step is made good at the next start.
void record_consequences(Stepper& stepper) {
  const auto& state = stepper.state();
  const auto& operation = *state.operation;
  const auto wall = stepper.at().wall;
  const bool both = operation.started.kind == OperationKind::up && operation.started.plan.regions.size() == 2;
  if (operation.phase == Phase::promoting && state.epoch < operation.epoch) {
    stepper.record(ReignBegan{operation.id(), operation.started.to, operation.epoch, wall});
  } else if (operation.phase == Phase::reopening && state.epoch < operation.epoch) {
    stepper.record(ReignBegan{operation.id(), operation.started.from, operation.epoch, wall});
  } else if ((operation.phase == Phase::reprotecting || (both && operation.phase == Phase::building)) &&
             !state.standby_is_replica) {
    stepper.record(StandbyChanged{operation.id(), state.standby_region(), true, wall});
  }
}

/// Begins an operation that is recorded and has no phase yet.
void begin(Stepper& stepper) {
  const auto id = stepper.state().operation->id();
  const auto kind = stepper.state().operation->started.kind;
  const bool moves = moves_the_writer(kind);
  const auto needs_epoch = [&stepper, moves, kind] {
    const auto& state = stepper.state();
    if (state.operation->epoch > state.epoch) return false;
    return moves || (kind == OperationKind::up && (state.epoch.value == 0 || state.promised_epoch > state.epoch));
  };
  if (needs_epoch()) stepper.record(EpochPromised{id, stepper.state().promised_epoch.next(), stepper.at().wall});
  const auto epoch = stepper.state().operation->epoch;
  if (kind == OperationKind::up && epoch > stepper.state().epoch) {
    stepper.record(ReignBegan{id, stepper.state().active_region, epoch, stepper.at().wall});
  }
  // What is being rebuilt must not be promoted half-way.
  if (kind == OperationKind::reprotect && stepper.state().standby_is_replica) {
    stepper.record(StandbyChanged{id, stepper.state().standby_region(), false, stepper.at().wall});
  }
  stepper.enter(first_phase(*stepper.state().operation));
}

void follow(Stepper& stepper, const TransitionRow& row) {
  if (row.event == Event::done) record_consequences(stepper);
  if (row.to != Phase::ended) return stepper.enter(row.to);
  const auto& operation = *stepper.state().operation;
  const bool well = row.verdict == Verdict::done;
  stepper.end(*row.verdict, well ? std::nullopt : operation.cause, fill(row.sentence, operation));
}

/// An operator wants it undone, and from this phase there is a way.
bool is_aborting(const Operation& operation) {
  return operation.abort_asked && transition(operation, Event::aborted) != nullptr;
}

/// The event that the phase has come to, if any.
std::optional<Event> event_of(const State& state, const std::vector<Task>& tasks) {
  const auto& operation = *state.operation;
  // What is under way might otherwise come after what undoes it.
  if (is_aborting(operation)) return state.watch.under_way.empty() ? std::optional(Event::aborted) : std::nullopt;
  if (std::ranges::all_of(tasks, [&](const Task& task) { return is_done(operation, task.id); })) return Event::done;
  const bool failed =
      std::ranges::any_of(tasks, [&](const Task& task) { return has_failed_for_good(operation, task); });
  return failed && state.watch.under_way.empty() ? std::optional(Event::failed) : std::nullopt;
}

bool is_due(const State& state, const Task& task, base::Instant now) {
  const auto& operation = *state.operation;
  if (is_done(operation, task.id) || state.watch.under_way.contains(task.id)) return false;
  if (const auto* fence = std::get_if<FenceRegion>(&task.body); fence && fence->method == FenceMethod::expiry) {
    return false;  // certify_expiry() completes it.
  }
  const auto pause = state.watch.not_before.find(task.id);
  if (pause != state.watch.not_before.end() && now < pause->second) return false;
  return std::ranges::all_of(task.after, [&](const EffectId& id) { return is_done(operation, id); });
}

void issue_due(Stepper& stepper, const std::vector<Task>& tasks) {
  const auto& operation = *stepper.state().operation;
  if (is_aborting(operation)) return;
  if (std::ranges::any_of(tasks, [&](const Task& task) { return has_failed_for_good(operation, task); })) return;
  for (const auto& task : tasks) {
    if (is_due(stepper.state(), task, stepper.at().now)) stepper.issue({task.id, task.body});
  }
}

}  // namespace

void take_answer(Stepper& stepper, const EffectFinished& answer) {
  if (!stepper.state().operation || stepper.watch().under_way.erase(answer.id) == 0) return;
  if (!stepper.state().operation->phase) return;  // An up that waits for the agents to say who reigns.
  const auto tasks = current_tasks(stepper.state());
  const auto task = std::ranges::find(tasks, answer.id, &Task::id);
  if (task == tasks.end()) return;
  if (!answer.result) return record_failure(stepper, answer.id, answer.result.error());
  if (auto error = implausible(*stepper.state().operation, task->body, *answer.result)) {
    return record_failure(stepper, answer.id, *error);
  }
  if (const auto* promise = std::get_if<LeasePromise>(&*answer.result)) {
    stepper.watch().promised_over_at = stepper.at().now + with_margin(promise->over_in);
  }
  stepper.record(EffectSucceeded{stepper.state().operation->id(), answer.id, *answer.result, stepper.at().wall});
}

void advance(Stepper& stepper) {
  if (is_behind(stepper.state())) return start_regions_while_behind(stepper);
  while (stepper.state().operation) {
    if (!stepper.state().operation->phase) begin(stepper);
    certify_expiry(stepper);
    const auto tasks = current_tasks(stepper.state());
    const auto event = event_of(stepper.state(), tasks);
    const auto* row = event ? transition(*stepper.state().operation, *event) : nullptr;
    if (row == nullptr) return issue_due(stepper, tasks);
    follow(stepper, *row);
  }
}

}  // namespace lifeboat::engine
