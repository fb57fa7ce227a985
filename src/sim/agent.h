#pragma once

#include <functional>
#include <optional>

#include "base/error.h"
#include "engine/agent_duty.h"
#include "engine/effect.h"
#include "sim/checkers.h"
#include "sim/ground.h"
#include "sim/lease_book.h"
#include "sim/network.h"
#include "sim/process.h"

namespace lifeboat::sim {

/// What an agent answers to a probe.
struct Health {
  engine::LeaseRequest lease_request;
  engine::AgentDuty duty;
  std::optional<base::Milliseconds> heard_of_other;
};

/// What an agent sees of its region.
struct Seen {
  bool reachable = false;
  engine::AgentDuty duty;
  bool writer = false;
  bool streams = false;
  bool synchronous = false;
  std::uint64_t position = 0;
};

/// The region's agent: the production agent's decisions (engine/agent_duty.h, engine/lease.h) in the order in which the
/// production agent (providers/local/region_agent*.cc) makes them, over the simulated database and door.
class Agent {
 public:
  Agent(Ground& ground, Checkers& checkers, Region& region);

  Process process;
  /// The next change of the duty fails: the disk keeps the old one, or has the new one already.
  bool disk_fails = false;

  /// The process begins; `region_was_lost`: nothing of the region was alive.
  void start(bool region_was_lost);

  // What others ask, in this process.
  Health health() const;
  Seen observe() const;
  void take_lease(const engine::LeaseGrant& grant, const engine::Term* term);
  base::Status claim(const engine::Term& term) { return obey(term); }
  /// Every effect that concerns this region, but those that power it.
  void perform(const engine::Effect& effect, const engine::Term& term, const Answer<engine::Outcome>& answer);

  const engine::AgentDuty& duty() const { return duty_; }

 private:
  using Reply = Answer<engine::Outcome>;
  using Change = std::function<base::Result<engine::AgentDuty>(const engine::AgentDuty&)>;

  // Each answers once, in this process.
  void on(const engine::AssignRole& effect, const Reply& reply);
  void on(const engine::EnsureAsset& effect, const Reply& reply);
  void on(const engine::SetTraffic& effect, const Reply& reply);
  void on(const engine::PrepareSwitchover& effect, const Reply& reply);
  void on(const engine::HoldWrites& effect, const Reply& reply);
  void on(const engine::ReleaseWrites& effect, const Reply& reply);
  void on(const engine::FenceRegion& effect, const Reply& reply);
  void on(const engine::PromiseEpoch& effect, const Reply& reply);
  void on(const engine::DrainReplication& effect, const Reply& reply);
  void on(const engine::Promote& effect, const Reply& reply);
  void on(const engine::ReopenWriter& effect, const Reply& reply);
  void on(const engine::Reprotect& effect, const Reply& reply);
  void on(const engine::CloneForDrill& effect, const Reply& reply);
  void on(const engine::RehearseFailover& effect, const Reply& reply);
  void on(const engine::DiscardClone& effect, const Reply& reply);
  template <class Other>
  void on(const Other&, const Reply& reply) {
    reply(base::fail(base::ErrorCode::bad_request, "not an agent's work"));
  }

  /// Changes the duty durably.
  base::Status change(const Change& changed);
  /// The same, and lets the databases see what follows before it returns.
  base::Status change_and_publish(const Change& changed);
  base::Status accept(base::Epoch epoch);
  base::Status obey(const engine::Term& term);

  void ensure_database(base::Epoch epoch, const Reply& reply);
  void build_writer(const Reply& reply);
  void finish_writer(const Reply& reply);
  void build_replica(const Reply& reply);
  base::Status refuse_older(base::Epoch epoch) const;
  void stop_writer(const std::function<void()>& then);
  void start_database(const std::function<void()>& then);
  void promote_data(base::Epoch epoch, const Reply& reply);
  void open_promoted(base::Epoch epoch, const Reply& reply);
  void make_replica(const engine::Reprotect& effect, const Reply& reply);
  void rewind(const engine::Reprotect& effect, const Reply& reply);
  void finish_replica(const engine::Reprotect& effect, engine::Reprotection done, const Reply& reply);
  /// Asks again and again until it is so; `then` runs with false when the time limit has passed first.
  void wait_for(Time limit, std::function<bool()> condition, std::function<void(bool)> then);
  void await_lease(Time limit, const Reply& reply, std::function<void()> then);

  void keep_lease();
  void keep_database();
  void look_at_other();
  void answer_wish(const engine::LeaseRequest& request);
  Endpoint here();
  Endpoint there();

  Ground& ground_;
  Checkers& checkers_;
  Region& region_;
  engine::AgentDuty duty_;          ///< In memory.
  engine::AgentDuty durable_duty_;  ///< On disk.
  std::optional<LeaseBook> leases_;
  std::optional<base::Instant> heard_at_;
  base::Epoch confirmed_;   ///< The writer of this epoch may be started again when it dies.
  bool suspended_ = false;  ///< For want of a lease.
  bool busy_ = false;       ///< An effect works on the database, so the keeper leaves it alone.
};

}  // namespace lifeboat::sim
