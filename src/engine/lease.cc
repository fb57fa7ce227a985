#include "engine/lease.h"

#include <algorithm>

namespace lifeboat::engine {
namespace {

constexpr int renewals_in_a_lease = 8;
constexpr base::Milliseconds shortest_interval{20};

}  // namespace

Lease extended(const Lease& held, const LeaseGrant& grant) {
  const auto ends_at = grant.made_at + grant.time_to_live;
  if (grant.epoch < held.epoch) return held;
  if (grant.epoch > held.epoch) return {grant.epoch, ends_at};
  return {held.epoch, std::max(held.ends_at, ends_at)};
}

base::Milliseconds renewal_interval(base::Milliseconds time_to_live) {
  return std::max(time_to_live / renewals_in_a_lease, shortest_interval);
}

base::Milliseconds with_margin(base::Milliseconds span) {
  return span + span / clock_margin_divisor + base::Milliseconds{1};
}

base::Instant over_at(base::Instant granted_at, base::Milliseconds time_to_live) {
  return granted_at + with_margin(time_to_live);
}

}  // namespace lifeboat::engine
