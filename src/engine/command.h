#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "engine/effect.h"
#include "plan/plan.h"

namespace lifeboat::engine {

/// What `verify` found at the moment of a command. The controller computes it; the engine only judges by it.
struct Readiness {
  bool ready = false;
  std::vector<std::string> reasons;  ///< Why not; one sentence each.
  /// How much of the acknowledged writes would be lost if the active region went away now, as time. Absent: not known.
  std::optional<base::Milliseconds> predicted_loss;
};

/// Who asked for an operation, for the log and the report.
enum class Trigger { operator_command, armed, automatic };

struct FailoverOptions {
  std::optional<FenceMethod> method;  ///< Absent: the setup's power switch where there is one, else expiry.
  bool accept_loss = false;           ///< Go even if more than the RPO objective would be lost, or if it is not known.
  bool accept_split_brain_risk =
      false;  ///< Promote even without a fence certificate. Recorded, and shown in the report.
  Readiness readiness;
};

/// Builds what the plan says. Also starts a stack that was stopped.
struct Up {
  plan::Plan plan;
};
struct Failover {
  FailoverOptions options;
};
/// Moves the writer to the other region, both being healthy.
struct Switchover {
  bool even_if_not_ready = false;
  Readiness readiness;
};
/// A switchover to the home region.
struct Failback {
  bool even_if_not_ready = false;
  Readiness readiness;
};
/// Makes the region that is not active a replica of the active one.
struct ReprotectRegion {};
/// Rehearses the loss of the active region with a clone of the other one's replica, which is gone afterwards.
struct Drill {};
/// `failover --on-loss`: waits for the detection and goes. Stays armed over restarts of the controller, until it went
/// or is disarmed.
struct Arm {
  FailoverOptions options;
};
struct Disarm {};

/// Undoes the running operation, as long as that is possible.
struct Abort {};

using Command = std::variant<Up, Failover, Switchover, Failback, ReprotectRegion, Drill, Arm, Disarm, Abort>;

}  // namespace lifeboat::engine
