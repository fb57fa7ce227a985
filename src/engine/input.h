#pragma once

#include <optional>
#include <string>
#include <variant>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "engine/agent_duty.h"
#include "engine/command.h"
#include "engine/effect.h"
#include "engine/lease.h"

namespace lifeboat::engine {

/// When an input arrived. `now` decides, `wall` is written down.
struct Moment {
  base::Instant now;
  base::WallTime wall{};
};

/// Time has passed. About every 50 ms; also what issues unfinished effects again after a restart.
struct Tick {};

/// One probe of one region has ended.
struct Probe {
  base::RegionName region;
  bool agent_answered = false;
  bool door_answered = false;
  std::string detail;
  base::WallTime sent_at{};                     ///< When the probe left; the first missed one dates the loss.
  std::optional<LeaseRequest> lease_request{};  ///< Every answer of an agent carries one.
  std::optional<AgentDuty> duty{};              ///< What the agent that answered was told and promised.
  /// How long ago the region's agent last heard of the other region by itself; nothing: not since it began.
  std::optional<base::Milliseconds> heard_of_other{};
  /// The agent that answered obeys this controller's term, so no other one changes what `duty` says.
  bool obeys = false;
};

/// What the latest observations say about replication between the regions, and the latest verdict of `verify`.
struct Observation {
  bool standby_streams = false;  ///< The standby region's replica receives from the active region's writer now.
  Readiness readiness;
  /// The active region says that every acknowledged write is in the other one; nothing when it does not answer, or when
  /// the stack file does not ask for it.
  std::optional<bool> synchronous{};
};

/// A provider's answer. Answers to effects that are not under way are ignored, so a second one does no harm.
struct EffectFinished {
  EffectId id;
  base::Result<Outcome> result;
};

/// The first input of a controller that took its term, in a world where controllers have terms.
struct Leads {
  Term term;
  Term before;               ///< The newest term that any agent had obeyed until then; number 0: none.
  base::Epoch newest_epoch;  ///< Of which the agent outside both regions knew when it took the claim.
  base::Instant claimed_at;  ///< Before the claim left.
};

/// The agent outside both regions still obeyed this controller's term.
struct SeatConfirmed {
  base::Instant asked_at;  ///< Before the question left.
};

/// An operator asks for something; `reply` in the step's result answers.
struct CommandGiven {
  Command command;
};

using InputBody = std::variant<Tick, Probe, Observation, EffectFinished, Leads, SeatConfirmed, CommandGiven>;

struct Input {
  Moment at;
  InputBody body;
};

}  // namespace lifeboat::engine
