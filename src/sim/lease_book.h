#pragma once

#include <optional>

#include "engine/agent_duty.h"
#include "engine/effect.h"
#include "engine/lease.h"

namespace lifeboat::sim {

struct LeasePage;

/// The agent's side of the leases, step by step as providers/local/lease_keeper.cc, which has locks and a real page in
/// its place.
class LeaseBook {
 public:
  /// What the page holds of an earlier agent of this boot is still held.
  LeaseBook(const engine::AgentDuty& duty, LeasePage& page, base::Milliseconds time_to_live, base::Instant now);

  void take(const engine::AgentDuty& duty, const engine::LeaseGrant& grant, base::Instant now);
  void publish(const engine::AgentDuty& duty, base::Instant now);
  bool holds(const engine::AgentDuty& duty, base::Instant now) const;
  engine::LeaseAction judge(const engine::AgentDuty& duty, base::Instant now) const;
  void note_closed(bool closed) { closed_ = closed; }

  std::optional<engine::LeaseGrant> grant(const engine::AgentDuty& duty, const base::RegionName& holder,
                                          const engine::LeaseRequest& request, base::Instant now);
  /// After the promise is durable.
  engine::LeasePromise promised(base::Instant now) const;

 private:
  LeasePage& page_;
  base::Milliseconds time_to_live_;
  engine::Lease held_;
  base::Epoch wanted_;
  base::Instant wanted_since_;
  bool closed_ = false;
  base::Instant granted_at_;
  std::optional<base::Instant> next_grant_;
};

}  // namespace lifeboat::sim
