#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "engine/lease.h"
#include "model/observed.h"

namespace lifeboat::engine {

/// Who leads: controllers have terms, which only grow. Two controllers never share one.
struct Term {
  std::uint64_t number = 0;
  std::string controller;  ///< Which of those that wanted the number has it.
  bool operator==(const Term&) const = default;
};

/// What a region's agent must not forget. Every change is durable before anybody hears of it. Pure values: the agent
/// keeps one on its disk, the simulator on a simulated one.
struct AgentDuty {
  model::RegionRole role = model::RegionRole::none;
  base::RegionName active_region;
  base::Epoch epoch;           ///< Of the role.
  base::Epoch newest;          ///< The newest heard of. Having heard of it is the promise: nothing older is obeyed.
  base::Epoch writes_in;       ///< In which this region was last told to take writes; 0: never.
  base::Epoch fenced_through;  ///< No lease of this epoch or an older one counts.
  Term term;                   ///< The newest controller's.
  bool operator==(const AgentDuty&) const = default;
};

/// Notes a request's epoch. ErrorCode::stale_epoch when a newer one has been heard of.
base::Result<AgentDuty> accepted(AgentDuty duty, base::Epoch epoch);
/// Notes a command's term. ErrorCode::stale_term when a newer controller has been heard of, or another one with the
/// same number.
base::Result<AgentDuty> obeyed(AgentDuty duty, const Term& term);
/// The region has a role from now on.
base::Result<AgentDuty> assigned(AgentDuty duty, model::RegionRole role, const base::RegionName& active_region,
                                 base::Epoch epoch);
/// The region is to take writes in the epoch: it is promoted, or reopened. ErrorCode::stale_epoch when that epoch is
/// fenced.
base::Result<AgentDuty> opened(AgentDuty duty, base::Epoch epoch);
/// No lease up to the epoch counts any more.
base::Result<AgentDuty> fenced(AgentDuty duty, base::Epoch epoch);
/// The region was lost as a whole and comes back: it has no role until it is given one.
AgentDuty lost(AgentDuty duty);

/// The region should hold a lease now.
bool wants_lease(const AgentDuty& duty);
/// Until when the region may acknowledge writes, on its own clock; the beginning of time when it may not.
base::Instant write_deadline(const AgentDuty& duty, const Lease& held);

/// What the agent does about its writer and its door as its lease comes and goes.
enum class LeaseAction {
  none,
  close,  ///< The lease has ended: stop the writer, close the load balancer.
  open,   ///< There is a lease again, for the epoch that the region takes writes in.
};

/// The holder's decision. `wanted_since`: since when it wants a lease of this epoch, so that a region that has just
/// been told to take writes is not closed before its first grant can have come.
LeaseAction judge(const AgentDuty& duty, const Lease& held, base::Instant wanted_since, base::Milliseconds time_to_live,
                  base::Instant now, bool closed);

/// What an agent knows of the leases that it granted; lost by its restart.
struct Granted {
  base::Instant at;  ///< The latest; the agent's start when there was none.
};

/// Grants the other region's agent its wish, if as far as this agent knows that region reigns in the epoch.
/// ErrorCode::stale_epoch otherwise. The caller notes the moment in its Granted before the grant leaves.
base::Result<LeaseGrant> grant(const AgentDuty& duty, const base::RegionName& holder, const LeaseRequest& request,
                               base::Milliseconds time_to_live);

}  // namespace lifeboat::engine
