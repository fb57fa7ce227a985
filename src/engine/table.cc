#include "engine/table.h"

#include <array>
#include <utility>

#include "base/assert.h"

namespace lifeboat::engine {
namespace {

constexpr auto up = OperationKind::up;
constexpr auto failover = OperationKind::failover;
constexpr auto switchover = OperationKind::switchover;
constexpr auto reprotect = OperationKind::reprotect;
constexpr auto drill = OperationKind::drill;

constexpr int forever = 0;
constexpr bool may_supersede = true;
constexpr bool must_finish = false;

constexpr std::array phases{
    PhaseRow{up, Phase::building, 3, may_supersede, building_tasks,
             "Building the stack; {to} is the active region, epoch {epoch}."},
    PhaseRow{up, Phase::confirming, 5, may_supersede, confirming_tasks,
             "Everything runs; writing through the front door to confirm it."},

    PhaseRow{failover, Phase::fencing, 2, must_finish, fencing_tasks,
             "Fencing {from} ({method}): from here on only epoch {epoch} can be begun."},
    PhaseRow{failover, Phase::promoting, forever, must_finish, promoting_tasks,
             "Promoting {to} in epoch {epoch}. There is no way back from here."},
    PhaseRow{failover, Phase::directing, forever, must_finish, directing_tasks,
             "{to} takes writes in epoch {epoch}; pointing the front door at it."},
    PhaseRow{failover, Phase::confirming, forever, may_supersede, confirming_tasks,
             "The front door points at {to}; confirming it as a client would."},
    PhaseRow{failover, Phase::measuring, 3, may_supersede, measuring_tasks,
             "{to} serves; comparing the clients' records with its data."},
    PhaseRow{failover, Phase::reopening, forever, may_supersede, reopening_tasks,
             "Undoing: reopening the writer of {from} in epoch {epoch}."},

    PhaseRow{switchover, Phase::preparing, 1, may_supersede, preparing_tasks,
             "Preparing the switchover: a checkpoint in {from}, while it serves."},
    PhaseRow{switchover, Phase::holding, 1, may_supersede, holding_tasks, "Holding the writes of {from}."},
    PhaseRow{switchover, Phase::fencing, 1, may_supersede, fencing_tasks,
             "Fencing {from} ({method}): from here on only epoch {epoch} can be begun."},
    PhaseRow{switchover, Phase::draining, 1, may_supersede, draining_tasks,
             "The writer of {from} is stopped; {to} replays its last writes."},
    PhaseRow{switchover, Phase::promoting, forever, must_finish, promoting_tasks,
             "{to} has every write; promoting it in epoch {epoch}. There is no way back from here."},
    PhaseRow{switchover, Phase::releasing, forever, must_finish, releasing_tasks,
             "{to} takes writes in epoch {epoch}; letting the held ones go on and pointing the front door at it."},
    PhaseRow{switchover, Phase::confirming, forever, may_supersede, confirming_tasks,
             "The front door points at {to}; confirming it as a client would."},
    PhaseRow{switchover, Phase::reprotecting, 5, may_supersede, returning_tasks,
             "{to} serves; making {from} its replica."},
    PhaseRow{switchover, Phase::measuring, 3, may_supersede, measuring_tasks,
             "Comparing the clients' records with the data of {to}."},
    PhaseRow{switchover, Phase::unholding, forever, may_supersede, unholding_tasks,
             "Undoing: letting the writes of {from} go on."},
    PhaseRow{switchover, Phase::reopening, forever, may_supersede, reopening_tasks,
             "Undoing: reopening the writer of {from} in epoch {epoch}."},

    PhaseRow{reprotect, Phase::reprotecting, 5, may_supersede, reprotecting_tasks,
             "Rebuilding {to} as a replica of {from}."},

    PhaseRow{drill, Phase::cloning, 2, may_supersede, cloning_tasks,
             "Making a clone of the replica in {to}; {from} serves as before."},
    PhaseRow{drill, Phase::rehearsing, 2, may_supersede, rehearsing_tasks,
             "Doing with the clone what a failover would do with the replica."},
    PhaseRow{drill, Phase::discarding, forever, may_supersede, discarding_tasks,
             "Removing what drills have made in {to}."},
};

constexpr auto go_on = std::nullopt;

constexpr std::array transitions{
    TransitionRow{up, Phase::building, Event::done, Guard::always, Phase::confirming, go_on, ""},
    TransitionRow{up, Phase::building, Event::failed, Guard::always, Phase::ended, Verdict::failed,
                  "The stack is not complete: {cause}. Run 'lifeboat up' again to go on from here."},
    TransitionRow{up, Phase::building, Event::aborted, Guard::always, Phase::ended, Verdict::failed,
                  "The stack is not complete: {cause}. Run 'lifeboat up' again to go on from here."},
    TransitionRow{up, Phase::confirming, Event::aborted, Guard::always, Phase::ended, Verdict::failed,
                  "Everything runs, but no write through the front door was confirmed: {cause}."},
    TransitionRow{up, Phase::confirming, Event::done, Guard::always, Phase::ended, Verdict::done,
                  "The stack is up; {to} serves in epoch {epoch}."},
    TransitionRow{up, Phase::confirming, Event::failed, Guard::always, Phase::ended, Verdict::failed,
                  "Everything runs, but a write through the front door fails: {cause}."},

    TransitionRow{failover, Phase::fencing, Event::done, Guard::always, Phase::promoting, go_on, ""},
    TransitionRow{failover, Phase::fencing, Event::failed, Guard::split_brain_accepted, Phase::promoting, go_on, ""},
    TransitionRow{
        failover, Phase::fencing, Event::failed, Guard::always, Phase::ended, Verdict::refused,
        "{from} could not be proven stopped ({cause}), so nothing was promoted. {from} may be partly stopped: "
        "try 'lifeboat failover' again, or 'lifeboat up' to reopen it."},
    TransitionRow{failover, Phase::fencing, Event::aborted, Guard::power_left_on, Phase::reopening, go_on, ""},
    TransitionRow{failover, Phase::reopening, Event::done, Guard::always, Phase::ended, Verdict::undone,
                  "The failover was undone ({cause}); {from} serves again, in epoch {epoch}."},
    TransitionRow{failover, Phase::promoting, Event::done, Guard::always, Phase::directing, go_on, ""},
    TransitionRow{failover, Phase::directing, Event::done, Guard::always, Phase::confirming, go_on, ""},
    TransitionRow{failover, Phase::confirming, Event::done, Guard::always, Phase::measuring, go_on, ""},
    TransitionRow{
        failover, Phase::measuring, Event::done, Guard::always, Phase::ended, Verdict::done,
        "Failed over from {from} to {to}, epoch {epoch}. There is no standby now: 'lifeboat reprotect' makes one."},
    TransitionRow{
        failover, Phase::measuring, Event::failed, Guard::always, Phase::ended, Verdict::done,
        "Failed over from {from} to {to}, epoch {epoch}; the clients' records could not be compared ({cause}). "
        "There is no standby now: 'lifeboat reprotect' makes one."},

    TransitionRow{switchover, Phase::preparing, Event::done, Guard::always, Phase::holding, go_on, ""},
    TransitionRow{switchover, Phase::preparing, Event::failed, Guard::always, Phase::ended, Verdict::undone,
                  "The switchover was given up before anything changed ({cause}); {from} serves as before."},
    TransitionRow{switchover, Phase::preparing, Event::aborted, Guard::always, Phase::ended, Verdict::undone,
                  "The switchover was given up before anything changed ({cause}); {from} serves as before."},
    TransitionRow{switchover, Phase::holding, Event::aborted, Guard::always, Phase::unholding, go_on, ""},
    TransitionRow{switchover, Phase::fencing, Event::aborted, Guard::always, Phase::reopening, go_on, ""},
    TransitionRow{switchover, Phase::draining, Event::aborted, Guard::always, Phase::reopening, go_on, ""},
    TransitionRow{
        switchover, Phase::reprotecting, Event::aborted, Guard::always, Phase::ended, Verdict::done_unprotected,
        "{to} serves in epoch {epoch}, but {from} was not made its replica ({cause}). There is no standby now: "
        "'lifeboat reprotect' makes one."},
    TransitionRow{switchover, Phase::holding, Event::done, Guard::always, Phase::fencing, go_on, ""},
    TransitionRow{switchover, Phase::holding, Event::failed, Guard::always, Phase::unholding, go_on, ""},
    TransitionRow{switchover, Phase::fencing, Event::done, Guard::always, Phase::draining, go_on, ""},
    TransitionRow{switchover, Phase::fencing, Event::failed, Guard::always, Phase::reopening, go_on, ""},
    TransitionRow{switchover, Phase::draining, Event::done, Guard::always, Phase::promoting, go_on, ""},
    TransitionRow{switchover, Phase::draining, Event::failed, Guard::always, Phase::reopening, go_on, ""},
    TransitionRow{switchover, Phase::promoting, Event::done, Guard::always, Phase::releasing, go_on, ""},
    TransitionRow{switchover, Phase::releasing, Event::done, Guard::always, Phase::confirming, go_on, ""},
    TransitionRow{switchover, Phase::confirming, Event::done, Guard::always, Phase::reprotecting, go_on, ""},
    TransitionRow{switchover, Phase::reprotecting, Event::done, Guard::always, Phase::measuring, go_on, ""},
    TransitionRow{
        switchover, Phase::reprotecting, Event::failed, Guard::always, Phase::ended, Verdict::done_unprotected,
        "{to} serves in epoch {epoch}, but {from} could not be made its replica ({cause}). There is no standby "
        "now: 'lifeboat reprotect' makes one."},
    TransitionRow{switchover, Phase::measuring, Event::done, Guard::always, Phase::ended, Verdict::done,
                  "Moved from {from} to {to}, epoch {epoch}; {from} is its replica."},
    TransitionRow{switchover, Phase::measuring, Event::failed, Guard::always, Phase::ended, Verdict::done,
                  "Moved from {from} to {to}, epoch {epoch}; {from} is its replica. The clients' records could not be "
                  "compared ({cause})."},
    TransitionRow{switchover, Phase::unholding, Event::done, Guard::always, Phase::ended, Verdict::undone,
                  "The switchover was undone ({cause}); {from} serves as before."},
    TransitionRow{switchover, Phase::reopening, Event::done, Guard::always, Phase::ended, Verdict::undone,
                  "The switchover was undone ({cause}); {from} serves again, in epoch {epoch}."},

    TransitionRow{reprotect, Phase::reprotecting, Event::done, Guard::always, Phase::ended, Verdict::done,
                  "{to} is a replica of {from} again; the loss of {from} can be survived."},
    TransitionRow{reprotect, Phase::reprotecting, Event::aborted, Guard::always, Phase::ended, Verdict::failed,
                  "{to} is not a replica yet: {cause}. Run 'lifeboat reprotect' again to go on from here."},
    TransitionRow{reprotect, Phase::reprotecting, Event::failed, Guard::always, Phase::ended, Verdict::failed,
                  "{to} is not a replica yet: {cause}. Run 'lifeboat reprotect' again to go on from here."},

    TransitionRow{drill, Phase::cloning, Event::done, Guard::always, Phase::rehearsing, go_on, ""},
    TransitionRow{drill, Phase::cloning, Event::failed, Guard::always, Phase::discarding, go_on, ""},
    TransitionRow{drill, Phase::cloning, Event::aborted, Guard::always, Phase::discarding, go_on, ""},
    TransitionRow{drill, Phase::rehearsing, Event::done, Guard::always, Phase::discarding, go_on, ""},
    TransitionRow{drill, Phase::rehearsing, Event::failed, Guard::always, Phase::discarding, go_on, ""},
    TransitionRow{drill, Phase::rehearsing, Event::aborted, Guard::always, Phase::discarding, go_on, ""},
    TransitionRow{drill, Phase::discarding, Event::done, Guard::only_cleans_up, Phase::ended, Verdict::done,
                  "Nothing of a drill is left in {to}."},
    TransitionRow{drill, Phase::discarding, Event::done, Guard::rehearsed, Phase::ended, Verdict::done,
                  "The loss of {from} was rehearsed in {to}; nothing of the drill is left."},
    TransitionRow{drill, Phase::discarding, Event::done, Guard::always, Phase::ended, Verdict::failed,
                  "The drill has failed: {cause}. Nothing of it is left in {to}."},
};

void replace_all(std::string& text, std::string_view word, std::string_view by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size())) {
    text.replace(at, word.size(), by);
  }
}

bool holds(Guard guard, const Operation& operation) {
  switch (guard) {
    case Guard::always:
      return true;
    case Guard::split_brain_accepted:
      return operation.started.accept_split_brain_risk;
    case Guard::rehearsed:
      return operation.rehearsal.has_value();
    case Guard::only_cleans_up:
      return only_cleans_up(operation);
    case Guard::power_left_on:
      return operation.started.method != FenceMethod::power;
  }
  std::unreachable();
}

}  // namespace

std::span<const PhaseRow> phase_table() {
  return phases;
}

std::span<const TransitionRow> transition_table() {
  return transitions;
}

OperationKind table_kind(OperationKind kind) {
  return kind == OperationKind::failback ? OperationKind::switchover : kind;
}

bool only_cleans_up(const Operation& operation) {
  return operation.started.kind == drill && operation.started.trigger == Trigger::automatic;
}

bool moves_the_writer(OperationKind kind) {
  return kind == OperationKind::failover || table_kind(kind) == OperationKind::switchover;
}

Phase first_phase(const Operation& operation) {
  if (only_cleans_up(operation)) return Phase::discarding;
  for (const auto& row : phases) {
    if (row.kind == table_kind(operation.started.kind)) return row.phase;
  }
  std::unreachable();
}

const PhaseRow& phase_row(OperationKind kind, Phase phase) {
  for (const auto& row : phases) {
    if (row.kind == table_kind(kind) && row.phase == phase) return row;
  }
  LIFEBOAT_ASSERT(false, "every phase of a running operation is in the table");
  std::unreachable();
}

const TransitionRow* transition(const Operation& operation, Event event) {
  for (const auto& row : transitions) {
    if (row.kind == table_kind(operation.started.kind) && row.from == operation.phase && row.event == event &&
        holds(row.guard, operation)) {
      return &row;
    }
  }
  return nullptr;
}

std::string fill(std::string_view sentence, const Operation& operation) {
  std::string text(sentence);
  replace_all(text, "{from}", operation.started.from.value);
  replace_all(text, "{to}", operation.started.to.value);
  replace_all(text, "{method}", to_string(operation.started.method));
  replace_all(text, "{epoch}", std::to_string(operation.epoch.value));
  replace_all(text, "{cause}", operation.cause ? operation.cause->message : "");
  return text;
}

std::string_view to_string(Event event) {
  switch (event) {
    case Event::done:
      return "done";
    case Event::failed:
      return "failed";
    case Event::aborted:
      return "aborted";
  }
  std::unreachable();
}

std::string_view to_string(Guard guard) {
  switch (guard) {
    case Guard::always:
      return "";
    case Guard::split_brain_accepted:
      return "the split-brain risk was accepted";
    case Guard::rehearsed:
      return "a write through the shadow name was acknowledged";
    case Guard::only_cleans_up:
      return "it began with what an earlier drill had left";
    case Guard::power_left_on:
      return "its power was not cut";
  }
  std::unreachable();
}

}  // namespace lifeboat::engine
