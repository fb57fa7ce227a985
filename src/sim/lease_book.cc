#include "sim/lease_book.h"

#include <algorithm>

#include "sim/region.h"

namespace lifeboat::sim {

LeaseBook::LeaseBook(const engine::AgentDuty& duty, LeasePage& page, base::Milliseconds time_to_live, base::Instant now)
    : page_(page), time_to_live_(time_to_live), wanted_since_(now), granted_at_(now) {
  held_ = {page.epoch, page.deadline};
  publish(duty, now);
}

void LeaseBook::take(const engine::AgentDuty& duty, const engine::LeaseGrant& grant, base::Instant now) {
  // A stamp of the future was not made by this machine's clock.
  if (grant.made_at > now) return;
  held_ = engine::extended(held_, grant);
  publish(duty, now);
}

void LeaseBook::publish(const engine::AgentDuty& duty, base::Instant now) {
  const auto wanted = engine::wants_lease(duty) ? duty.writes_in : base::Epoch{};
  if (wanted != wanted_) {
    wanted_ = wanted;
    wanted_since_ = now;
    closed_ = false;
  }
  page_ = {held_.epoch, engine::write_deadline(duty, held_)};
}

bool LeaseBook::holds(const engine::AgentDuty& duty, base::Instant now) const {
  return now < engine::write_deadline(duty, held_);
}

engine::LeaseAction LeaseBook::judge(const engine::AgentDuty& duty, base::Instant now) const {
  return engine::judge(duty, held_, wanted_since_, time_to_live_, now, closed_);
}

std::optional<engine::LeaseGrant> LeaseBook::grant(const engine::AgentDuty& duty, const base::RegionName& holder,
                                                   const engine::LeaseRequest& request, base::Instant now) {
  if (next_grant_ && now < *next_grant_) return std::nullopt;
  const auto granted = engine::grant(duty, holder, request, time_to_live_);
  if (!granted) return std::nullopt;
  granted_at_ = now;
  next_grant_ = now + engine::renewal_interval(time_to_live_);
  return *granted;
}

engine::LeasePromise LeaseBook::promised(base::Instant now) const {
  const auto left = engine::over_at(granted_at_, time_to_live_) - now;
  return {std::max(std::chrono::ceil<base::Milliseconds>(left), base::Milliseconds{0})};
}

}  // namespace lifeboat::sim
