#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/record.h"
#include "engine/tasks.h"

namespace lifeboat::engine {

/// What can happen in a phase.
enum class Event {
  done,     ///< Every task of the phase has succeeded.
  failed,   ///< A task has failed as often as the phase allows, and none is under way.
  aborted,  ///< An operator asked for it, and no task is under way.
};

enum class Guard {
  always,
  split_brain_accepted,  ///< The operator said --accept-split-brain-risk.
  only_cleans_up,        ///< It removes what a drill has left that was superseded.
  rehearsed,             ///< The drill has written through the shadow name.
  power_left_on,         ///< The fence is by another method than power, so the old region can be reopened.
};

/// One phase of one kind of operation. A failback goes through the phases of a switchover.
struct PhaseRow {
  OperationKind kind;
  Phase phase;
  int attempts;       ///< How often a task is tried before the phase has failed; 0: until it succeeds.
  bool supersedable;  ///< A failover of the active region may end the operation here.
  TaskBuilder tasks;
  std::string_view sentence;  ///< For the operator, when the phase begins; {from} {to} {method} {epoch} are filled in.
};

/// One way out of a phase. The first row that fits counts.
struct TransitionRow {
  OperationKind kind;
  Phase from;
  Event event;
  Guard guard;
  Phase to;
  std::optional<Verdict> verdict;  ///< Where `to` is ended. Phases that undo keep the cause of the undoing.
  std::string_view sentence;       ///< When the operation ends; {cause} is the error's message.
};

std::span<const PhaseRow> phase_table();
std::span<const TransitionRow> transition_table();
/// The first phase of the operation.
Phase first_phase(const Operation& operation);
/// A drill that begins with its last phase, because another one was superseded before it came to that.
bool only_cleans_up(const Operation& operation);

/// The row of a phase; every phase an operation can be in has one.
const PhaseRow& phase_row(OperationKind kind, Phase phase);
/// The way out, or null where the phase has none for the event.
const TransitionRow* transition(const Operation& operation, Event event);

/// Puts the operation's regions, method, epoch and cause into a sentence of the table.
std::string fill(std::string_view sentence, const Operation& operation);

/// Whether operations of this kind may make the other region the active one.
bool moves_the_writer(OperationKind kind);
/// The kind whose rows apply: a failback is a switchover.
OperationKind table_kind(OperationKind kind);

std::string_view to_string(Event event);
std::string_view to_string(Guard guard);

}  // namespace lifeboat::engine
