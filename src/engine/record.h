#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "engine/command.h"
#include "engine/effect.h"
#include "plan/plan.h"

namespace lifeboat::engine {

enum class OperationKind { up, failover, switchover, failback, reprotect, drill };

/// The phases of every operation; docs/failover-states.md shows which operation goes through which.
enum class Phase {
  building,
  preparing,
  holding,
  fencing,
  draining,
  promoting,
  directing,
  releasing,
  confirming,
  reprotecting,
  measuring,
  cloning,
  rehearsing,
  discarding,
  unholding,  ///< Undo of a hold: writes go on in the region where they were.
  reopening,  ///< Undo of a fence: the old writer serves again, in the new epoch.
  ended,
};

enum class Verdict {
  done,
  done_unprotected,  ///< The move succeeded; the other region is not a replica yet.
  undone,            ///< Everything is as before.
  refused,           ///< No fence certificate: nothing was promoted.
  failed,            ///< Ended half-way with nothing to undo; the same command goes on from there.
  superseded,        ///< A failover took over.
};

// What is written to the journal. The state is the fold of all records; a record is never changed or taken back. Every
// one carries the wall time `at` which it was made, and those that an operator should read carry their sentence.

struct OperationStarted {
  base::OperationId operation;
  OperationKind kind = OperationKind::up;
  base::RegionName from;  ///< The active region when it began.
  base::RegionName to;    ///< The region it is about: the new active one, or the one to reprotect.
  Trigger trigger = Trigger::operator_command;
  FenceMethod method = FenceMethod::power;
  bool accept_loss = false;
  bool accept_split_brain_risk = false;
  std::optional<base::Milliseconds> predicted_loss;
  plan::Plan plan;               ///< Of an up; empty otherwise.
  base::OperationId supersedes;  ///< The operation that ends by this record, with Verdict::superseded; empty: none.
  std::string sentence;
  base::WallTime at{};
};
/// No older epoch will ever be begun again. Made durable before the first effect that fences.
struct EpochPromised {
  base::OperationId operation;
  base::Epoch epoch;
  base::WallTime at{};
};
struct PhaseEntered {
  base::OperationId operation;
  Phase phase = Phase::building;
  std::string sentence;
  base::WallTime at{};
};
struct EffectSucceeded {
  base::OperationId operation;
  EffectId effect;
  Outcome outcome;
  base::WallTime at{};
};
struct EffectFailed {
  base::OperationId operation;
  EffectId effect;
  base::Error error{};
  bool for_good = false;  ///< It is not tried again in this phase.
  std::string sentence;
  base::WallTime at{};
};
/// From here on `region` is the active one.
struct ReignBegan {
  base::OperationId operation;
  base::RegionName region;
  base::Epoch epoch;
  base::WallTime at{};
};
/// The region that is not active is a complete replica of the active one (false: is not, or not any more).
struct StandbyChanged {
  base::OperationId operation;
  base::RegionName region;
  bool is_replica = false;
  base::WallTime at{};
};
struct OperationEnded {
  base::OperationId operation;
  Verdict verdict = Verdict::done;
  std::optional<base::Error> error;
  std::string sentence;
  base::WallTime at{};
};
struct RegionLost {
  base::RegionName region;
  base::WallTime first_miss_at{};
  std::string sentence;
  base::WallTime at{};
};
struct RegionBack {
  base::RegionName region;
  std::string sentence;
  base::WallTime at{};
};
/// Whether every acknowledged write is in the other region too, where the stack file asks for that.
struct SynchronyChanged {
  base::RegionName region;  ///< The active one.
  bool synchronous = false;
  std::string sentence;
  base::WallTime at{};
};
struct Armed {
  FailoverOptions options;
  std::string sentence;
  base::WallTime at{};
};
struct Disarmed {
  std::string sentence;
  base::WallTime at{};
};
/// An operator wants the operation undone; it is, unless its point of no return comes first.
struct AbortAsked {
  base::OperationId operation;
  std::string sentence;
  base::WallTime at{};
};
/// In automatic mode: the active region is lost, and no failover goes. Recorded once for each reason.
struct AutomaticRefused {
  base::RegionName region;
  std::string sentence;
  base::WallTime at{};
};
/// This process took a term. Who leads next and finds another one's term knows that its journal is out of date.
struct TermTaken {
  std::uint64_t number = 0;
  std::string controller;
  bool continues = false;  ///< Nobody else has led since this journal's last term.
  std::string sentence;
  base::WallTime at{};
};
/// The journal was behind what both regions' agents knew: what they know is where this controller goes on.
struct Adopted {
  base::RegionName region;
  base::Epoch epoch;
  base::Epoch promised;
  bool standby_is_replica = false;
  std::string sentence;
  base::WallTime at{};
};

using Record = std::variant<OperationStarted, EpochPromised, PhaseEntered, EffectSucceeded, EffectFailed, ReignBegan,
                            StandbyChanged, OperationEnded, RegionLost, RegionBack, SynchronyChanged, Armed, Disarmed,
                            AbortAsked, AutomaticRefused, Adopted, TermTaken>;

base::WallTime time_of(const Record& record);
/// What an operator reads in `lifeboat log`; empty for records that say nothing to one.
std::string sentence_of(const Record& record);
/// The operation that a record belongs to; empty for those of none.
base::OperationId operation_of(const Record& record);

std::string_view to_string(OperationKind kind);
std::string_view to_string(Phase phase);
std::string_view to_string(Verdict verdict);
std::string_view to_string(FenceMethod method);
std::string_view to_string(Trigger trigger);
std::string_view to_string(ReprotectMethod method);

}  // namespace lifeboat::engine
