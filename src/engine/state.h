#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/effect.h"
#include "engine/input.h"
#include "engine/lease.h"
#include "engine/record.h"
#include "model/assets.h"
#include "model/stack.h"

namespace lifeboat::engine {

/// What the engine is told once, from the stack file and the world; not part of the journal.
struct Setup {
  base::RegionName home;
  base::RegionName standby;
  std::vector<model::AssetDescription> assets;
  int detection_threshold = 3;
  base::Milliseconds rpo_objective{5'000};
  bool synchronous = false;  ///< The stack file asks for synchronous replication between the regions.
  bool leases = true;        ///< The region that takes writes holds a lease that its database obeys.
  bool power_switch = true;  ///< The world can cut a region's power; otherwise fences are by expiry by default.
  bool automatic = false;    ///< A loss starts a failover by itself.
  base::Milliseconds lease_time_to_live{10'000};
  base::Milliseconds hold_down{300'000};  ///< No automatic failover so soon after the writer moved.

  base::Milliseconds detection_interval{100};

  /// How long nothing may be heard of a region that is not lost.
  base::Milliseconds silence() const { return detection_interval * detection_threshold; }
  const base::RegionName& other(const base::RegionName& region) const { return region == home ? standby : home; }
};

Setup make_setup(const model::Stack& stack);

/// How one effect of the running phase stands.
struct EffectProgress {
  bool done = false;
  bool failed_for_good = false;
  int failures = 0;
  std::string last_error;
};

/// A running or finished operation.
struct Operation {
  OperationStarted started;
  base::Epoch epoch;           ///< What it promised; for up and reprotect the reign's.
  base::Epoch previous_epoch;  ///< Every epoch up to this one must be fenced before a promotion.
  std::optional<Phase> phase;  ///< Absent before the first one.
  base::WallTime phase_since{};
  std::map<EffectId, EffectProgress> progress;  ///< Of every effect that has answered.
  std::optional<FenceCertificate> certificate;
  bool abort_asked = false;
  bool lease_promise = false;  ///< The other granter has promised the epoch.
  std::optional<Promotion> promotion;
  std::optional<Rehearsal> rehearsal;
  std::optional<base::Error> cause;  ///< Why it is being undone or was refused.
  std::optional<OperationEnded> ended;

  const base::OperationId& id() const { return started.operation; }
};

/// What a region's probes say. Forgotten by a restart, which only delays a detection.
struct RegionWatch {
  int misses = 0;  ///< In a row.
  base::WallTime first_miss_at{};
  int answers = 0;             ///< In a row.
  bool agent_answers = false;  ///< In the latest probe.
  bool probed = false;
  std::optional<base::Milliseconds> heard_of_other;  ///< As the latest answer said.
  std::optional<AgentDuty> duty;                     ///< As the latest answer said.
  bool obeys = false;                                ///< The agent obeyed this controller when it said so.
};

/// What this process knows of a region's leases.
struct RegionLeases {
  std::optional<LeaseRequest> request;  ///< The latest.
  base::Instant requested_at;           ///< When it arrived here.
  std::optional<base::Instant> granted_at;
  base::Epoch granted_epoch;
};

/// The part of the state that is not durable. A new one after a restart loses nothing but time.
struct Watch {
  std::map<base::RegionName, RegionWatch> regions;
  std::set<EffectId> under_way;                  ///< Issued by this process and not answered.
  std::map<EffectId, base::Instant> not_before;  ///< When an effect that failed is tried again.
  std::optional<Readiness> readiness;            ///< The latest while the active region answered.
  std::optional<bool> standby_streams;           ///< The latest observation.
  std::optional<base::Instant> started_at;       ///< The first step of this process.
  std::map<base::RegionName, RegionLeases> leases;
  std::optional<base::Instant> promised_over_at;   ///< When the leases of the other granter are over, once it promised.
  std::string refused_because;                     ///< Why no automatic failover goes, as last recorded.
  base::Epoch newest_heard;                        ///< Of which any agent has ever told this process.
  std::optional<base::Instant> seat_confirmed_at;  ///< Nothing in a world without a seat.
  bool took_over = false;                          ///< Another controller led before this process.
};

struct State {
  Setup setup;
  base::RegionName active_region;   ///< Home until something else reigned.
  base::Epoch epoch;                ///< Of the reign; 0 before the first up.
  base::Epoch promised_epoch;       ///< The newest ever promised.
  bool built = false;               ///< An up has ended well.
  bool must_reopen = false;         ///< An up began the reign, and none has ended well in it: its writer may be fenced.
  bool standby_is_replica = false;  ///< The other region was made a replica since the reign began.
  bool synchronous = false;         ///< Every acknowledged write is in the other region, as last recorded.
  std::map<base::RegionName, RegionLost> lost;
  /// Where a drill has begun to make things and not removed them yet, or may have by a journal that is lost.
  std::set<base::RegionName> drilled;
  std::optional<Armed> armed;
  std::optional<Operation> operation;  ///< The one that runs. There is never a second.
  std::deque<Operation> history;       ///< Ended ones, newest first, at most `history_limit`.
  std::uint64_t operations_started = 0;
  Term term;                ///< The newest that a process with this journal took.
  bool must_adopt = false;  ///< Another controller has led since the journal's last term.
  Watch watch;

  const base::RegionName& standby_region() const { return setup.other(active_region); }
  /// True when the loss of the active region now could be survived: a complete replica that streams.
  bool is_protected() const { return standby_is_replica && watch.standby_streams.value_or(false); }
};

/// Another controller with another journal has led since, or an agent knows an epoch that this journal never promised.
/// Nothing may be decided from it before it has adopted what the agents know.
bool is_behind(const State& state);

inline constexpr std::size_t history_limit = 20;

State initial_state(Setup setup);

/// Adds one record. Total: whatever step() made can be folded again. Pure; moves the state through.
State fold(State state, const Record& record);

}  // namespace lifeboat::engine
