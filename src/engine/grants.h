#pragma once

#include <optional>

#include "engine/state.h"
#include "engine/stepper.h"

namespace lifeboat::engine {

/// Who may take writes, as the controller sees it, and in which epoch.
struct Reign {
  base::RegionName region;
  base::Epoch epoch;
};

/// To whom leases are granted now; nobody from the moment a fence is recorded until a promotion or its undoing begins.
std::optional<Reign> lease_owner(const State& state);

/// Notes what a region's agent asked for with its latest answer to a probe.
void take_lease_request(Stepper& stepper, const base::RegionName& region, const LeaseRequest& request);

/// Grants the owner its latest wish, when its lease is due for renewal. What is granted is noted in the watch by the
/// same step, before the grant can leave.
void give_lease(Stepper& stepper);

/// Since when no lease that this controller granted the region can be held any more. Until a time to live after its
/// start a controller answers for what it may have granted before.
base::Instant own_leases_over_at(const State& state, const base::RegionName& region);

/// Completes a fence by expiry: when every lease that the old region may hold is over, the certificate is recorded.
/// Nothing happens before the other granter's promise is.
void certify_expiry(Stepper& stepper);

}  // namespace lifeboat::engine
