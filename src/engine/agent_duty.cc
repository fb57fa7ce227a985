#include "engine/agent_duty.h"

#include <fmt/format.h>

#include <algorithm>

namespace lifeboat::engine {

using base::ErrorCode;
using base::fail;

base::Result<AgentDuty> accepted(AgentDuty duty, base::Epoch epoch) {
  if (epoch < duty.newest) {
    return fail(ErrorCode::stale_epoch,
                fmt::format("the request belongs to epoch {}, but epoch {} has begun", epoch.value, duty.newest.value));
  }
  duty.newest = epoch;
  return duty;
}

base::Result<AgentDuty> obeyed(AgentDuty duty, const Term& term) {
  const bool newer = term.number > duty.term.number;
  if (!newer && term != duty.term) {
    return fail(ErrorCode::stale_term, fmt::format("a controller of term {} asks, but one of term {} has taken over",
                                                   term.number, duty.term.number));
  }
  duty.term = term;
  return duty;
}

base::Result<AgentDuty> assigned(AgentDuty duty, model::RegionRole role, const base::RegionName& active_region,
                                 base::Epoch epoch) {
  auto next = accepted(std::move(duty), epoch);
  if (!next) return next;
  next->role = role;
  next->active_region = active_region;
  next->epoch = epoch;
  next->writes_in = role == model::RegionRole::active ? epoch : base::Epoch{};
  return next;
}

base::Result<AgentDuty> opened(AgentDuty duty, base::Epoch epoch) {
  auto next = accepted(std::move(duty), epoch);
  if (!next) return next;
  if (epoch <= next->fenced_through) {
    return fail(ErrorCode::stale_epoch, fmt::format("epoch {} is fenced, so no writes are taken in it", epoch.value));
  }
  next->writes_in = epoch;
  return next;
}

base::Result<AgentDuty> fenced(AgentDuty duty, base::Epoch epoch) {
  auto next = accepted(std::move(duty), epoch);
  if (next) next->fenced_through = std::max(next->fenced_through, epoch);
  return next;
}

AgentDuty lost(AgentDuty duty) {
  duty.role = model::RegionRole::none;
  duty.writes_in = {};
  return duty;
}

bool wants_lease(const AgentDuty& duty) {
  return duty.writes_in.value > 0 && duty.writes_in == duty.newest && duty.writes_in > duty.fenced_through;
}

base::Instant write_deadline(const AgentDuty& duty, const Lease& held) {
  return wants_lease(duty) && held.epoch == duty.writes_in ? held.ends_at : base::Instant{};
}

LeaseAction judge(const AgentDuty& duty, const Lease& held, base::Instant wanted_since, base::Milliseconds time_to_live,
                  base::Instant now, bool closed) {
  if (!wants_lease(duty)) return LeaseAction::none;
  if (now < write_deadline(duty, held)) return closed ? LeaseAction::open : LeaseAction::none;
  const bool had_one = held.epoch == duty.writes_in;
  const bool expected = had_one || now >= wanted_since + time_to_live;
  return expected && !closed ? LeaseAction::close : LeaseAction::none;
}

base::Result<LeaseGrant> grant(const AgentDuty& duty, const base::RegionName& holder, const LeaseRequest& request,
                               base::Milliseconds time_to_live) {
  const bool reigns = duty.role == model::RegionRole::standby && duty.active_region == holder &&
                      duty.epoch == request.epoch && duty.newest == request.epoch;
  if (!reigns) {
    return fail(ErrorCode::stale_epoch,
                fmt::format("no lease for {} in epoch {}: epoch {} is the newest that was heard of", holder.value,
                            request.epoch.value, duty.newest.value));
  }
  return LeaseGrant{holder, request.epoch, request.made_at, time_to_live};
}

}  // namespace lifeboat::engine
