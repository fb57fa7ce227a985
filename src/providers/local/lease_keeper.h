#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "engine/agent_duty.h"
#include "engine/effect.h"
#include "ports/clock.h"
#include "providers/local/agent_memory.h"
#include "providers/local/lease_page.h"

namespace lifeboat::local {

/// Since the agent began.
struct LeaseCounts {
  std::uint64_t received = 0;  ///< Grants that made the region's own lease longer.
  std::uint64_t granted = 0;   ///< Grants to the other region.
};

/// The agent's side of the leases (src/engine/lease.h): holds its region's own, and grants the other region's. Safe to
/// call from any thread.
class LeaseKeeper {
 public:
  /// What the page holds of an earlier agent of this boot is still held.
  LeaseKeeper(AgentMemory& memory, LeasePage page, ports::Clock& clock, base::Milliseconds time_to_live);

  // --- as the holder -------------------------------------------------------------------------------------------------

  /// What the agent asks with in every answer to a probe.
  engine::LeaseRequest request() const;
  /// A grant has come; one for another region, or of an older epoch, changes nothing.
  void take(const engine::LeaseGrant& grant);
  /// Changes the agent's duty, and lets the databases see what follows from it before it returns: after a fence, that
  /// they may not commit.
  template <class Change>
  base::Status change(Change&& change) {
    const std::scoped_lock lock(mutex_);
    auto changed = change(memory_);
    publish();
    return changed;
  }
  /// Fences; answers on their way may leave for so long, and never longer than the lease would have held.
  base::Status fence(base::Epoch epoch, base::Milliseconds answers);
  /// After this no answer to a write leaves without a new lease.
  base::Instant answers_until() const;
  /// The region may acknowledge writes now.
  bool holds() const;
  /// What is left of the lease; nothing when there is none.
  base::Milliseconds left() const;
  /// What to do about the writer and the door.
  engine::LeaseAction judge();
  /// It was done.
  void note_closed(bool closed);

  LeaseCounts counts() const;
  base::Milliseconds time_to_live() const { return time_to_live_; }

  // --- as the granter ------------------------------------------------------------------------------------------------

  /// The grant to send to the other region, if its wish is due and this agent's duty allows it; noted before it is
  /// returned.
  std::optional<engine::LeaseGrant> grant(const base::RegionName& holder, const engine::LeaseRequest& request);
  /// Promises that no lease of an older epoch is granted any more; says when the last one is over.
  base::Result<engine::LeasePromise> promise(base::Epoch epoch);

 private:
  void publish(std::optional<base::Milliseconds> answers = std::nullopt);

  mutable std::mutex mutex_;
  AgentMemory& memory_;
  LeasePage page_;
  ports::Clock& clock_;
  const base::Milliseconds time_to_live_;
  engine::Lease held_;
  base::Epoch wanted_;  ///< The epoch for which a lease is wanted; 0: none.
  base::Instant wanted_since_;
  bool closed_ = false;
  base::Instant published_;      ///< The deadline that the page shows.
  base::Instant answers_until_;  ///< Without a lease, answers may leave until then.
  base::Instant granted_at_;     ///< The latest; the start of this process at first.
  std::optional<base::Instant> next_grant_;
  LeaseCounts counts_;
};

}  // namespace lifeboat::local
