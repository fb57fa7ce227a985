#pragma once

#include <optional>

#include "base/ids.h"
#include "base/units.h"

// Write leases after Gray and Cheriton, "Leases" (SOSP 1989): leave to accept writes for a bounded time. The holder is
// the agent of the region that takes writes. Granters are the controller and the other region's agent. No clock is ever
// compared with another one:
//
//   holder's clock   made_at ───────────────────────────── ends_at = made_at + time to live
//                       │ request      grant │
//   granter's clock     └──► granted_at ─────┴─ … ──────── over_at = granted_at + time to live + margin
//
// A grant answers one request and ends by the moment that the holder stamped on the request, so a grant that is late,
// comes twice or comes out of order is no longer than it should be. made_at is before granted_at, hence the lease is
// over on the holder's clock when it is over on the granter's, as long as the two clocks run at rates that differ by
// less than the margin.

namespace lifeboat::engine {

/// Somebody's wish for a lease, stamped by the wisher's own clock before it was sent.
struct LeaseRequest {
  base::Epoch epoch;
  base::Instant made_at;
  bool operator==(const LeaseRequest&) const = default;
};

/// The answer to one request.
struct LeaseGrant {
  base::RegionName region;  ///< The holder.
  base::Epoch epoch;
  base::Instant made_at;  ///< Of the request, on the holder's clock.
  base::Milliseconds time_to_live{};
  bool operator==(const LeaseGrant&) const = default;
};

/// What the holder has: leave to accept writes in the epoch, until the moment on its own clock. By default none.
struct Lease {
  base::Epoch epoch;
  base::Instant ends_at;
  bool operator==(const Lease&) const = default;
};

/// The rates of two clocks that count suspension may differ by this part of the time; 100 times what quartz does.
inline constexpr int clock_margin_divisor = 100;

/// The held lease after a grant has come. A grant of an older epoch, or one that would shorten the lease, changes
/// nothing.
Lease extended(const Lease& held, const LeaseGrant& grant);

/// How often a holder asks: often enough that some requests may be lost before the lease ends.
base::Milliseconds renewal_interval(base::Milliseconds time_to_live);

/// The moment on the granter's clock after which a lease that it granted at `granted_at` or earlier has ended
/// everywhere. A granter that has just started assumes that it granted a moment ago.
base::Instant over_at(base::Instant granted_at, base::Milliseconds time_to_live);

/// A span on another machine's clock as the longest that it can be on this one's.
base::Milliseconds with_margin(base::Milliseconds span);

}  // namespace lifeboat::engine
