#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "engine/lease.h"
#include "model/observed.h"
#include "sim/agent.h"
#include "sim/database.h"
#include "sim/ground.h"
#include "sim/network.h"

namespace lifeboat::sim {

/// The page of memory in which the databases read until when they may acknowledge writes. It outlives processes, not
/// the machine.
struct LeasePage {
  base::Epoch epoch;
  base::Instant deadline;
};

/// What a region must never forget about its writer; durable.
struct WriterRecord {
  enum class State { none, open, promoting, fenced };
  State state = State::none;
  base::Epoch epoch;
  bool established = false;
};

/// What drills have made in a region, and which of them are over; durable.
struct DrillRecord {
  std::optional<base::WallTime> clone;  ///< When the drill began whose clone is there.
  base::WallTime newest{};              ///< Of those that a clone was asked for.
  base::WallTime discarded_through{};
};

/// The region's load balancer and its connection pool: what a client's write goes through.
class Door {
 public:
  Door(Ground& ground, Region& region);

  Process process;
  model::TrafficMode mode = model::TrafficMode::closed;
  Region* target = nullptr;  ///< Whose writer the pool points at.

  /// What a probe gets to know through it: whether the region serves, and may.
  bool counts() const;
  /// `hops`: how many doors have passed it on already.
  void take(WriteId write, int hops, const Answer<Ack>& answer);
  void hold();
  void release();
  bool held() const { return held_; }
  /// The processes of the door are ended; whoever waits in them is gone with them.
  void stop();

 private:
  void pass_to_writer(WriteId write, const Answer<Ack>& answer);

  Ground& ground_;
  Region& region_;
  bool held_ = false;
  std::uint64_t holds_ = 0;
  std::vector<std::function<void()>> queue_;
};

/// One region: a machine with its clock, the agent, the database, the door.
class Region {
  // First, because the parts below look at them while they are made.
  Ground& ground_;
  Network& network_;
  base::RegionName name_;
  Site site_;
  Region* other_ = nullptr;
  bool powered_ = false;
  bool lost_ = true;

 public:
  Region(Ground& ground, Network& network, Checkers& checkers, base::RegionName name, Site site);
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  MachineClock clock;
  LeasePage page;
  WriterRecord record;
  DrillRecord drill;
  Database database;
  Door door;
  Agent agent;

  const base::RegionName& name() const { return name_; }
  Site site() const { return site_; }
  Network& network() const { return network_; }
  Region& other() const { return *other_; }
  void meet(Region& other) { other_ = &other; }

  base::Instant now() const { return clock.at(ground_.now()); }
  bool holds_lease() const { return now() < page.deadline; }
  /// Nothing but the lease's end would keep a commit that began now from its acknowledgement. Pauses are no protection.
  bool can_commit() const { return powered_ && database.accepts_writes() && holds_lease(); }

  bool powered() const { return powered_; }
  /// The agent begins, after a while or after its death.
  void start_agent();
  /// Ends every process; nothing starts until power_on().
  void power_off();
  /// The agent starts after a while. Without effect when the power is on.
  void power_on();
  /// The machine itself loses power: memory is gone, the clock begins anew.
  void reboot();
  /// SIGSTOP to everything, or to the agent alone.
  void pause(bool agent_only);
  void resume();
};

}  // namespace lifeboat::sim
