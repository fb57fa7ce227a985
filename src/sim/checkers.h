#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "engine/agent_duty.h"
#include "engine/state.h"
#include "sim/ground.h"

namespace lifeboat::sim {

class Region;
struct World;

/// A write by its number; 0 is no client's: a marker of the databases' own.
using WriteId = std::uint64_t;

/// What the clients were told about one write.
struct Acknowledged {
  base::Epoch epoch;
  const Region* region = nullptr;
  Time at = 0;
};

/// Looks at everything that happens and knows what must never be. Each check names itself in the violation.
class Checkers {
 public:
  explicit Checkers(Ground& ground) : ground_(ground) {}

  /// "two writers": after each event.
  void look(const Region& home, const Region& standby);
  /// "acknowledged without a lease", "acknowledged in an old epoch", "acknowledged twice".
  void acknowledged(const Region& region, base::Epoch epoch, WriteId write);
  /// "committed without a lease": when a commit begins.
  void committing(const Region& region);
  /// "an agent forgets": numbers that only grow, over restarts too.
  void duty_is(const Region& region, const engine::AgentDuty& duty);
  /// "promoted without a fence": the other region must not be able to commit.
  void promoted(const Region& region, const Region& other, base::Epoch epoch);
  /// "a wrong certificate", "a write lost by a switchover", "failed over from a region that is heard".
  void recorded(const World& world, const engine::State& state, const engine::Record& record);
  /// Writes that are about to be dropped from a region's log.
  void exported(WriteId write) { ledger_.insert(write); }
  /// "a write lost without a trace": dropped and in no ledger.
  void dropped(const Region& region, WriteId write);
  /// "an acknowledged write is gone": at the end, against the log of the one who reigns.
  void finish(const Region& reigning);

  const std::unordered_map<WriteId, Acknowledged>& acknowledgements() const { return acknowledged_; }
  bool in_ledger(WriteId write) const { return ledger_.contains(write); }
  Time last_acknowledgement() const { return last_acknowledgement_; }
  base::Epoch newest_epoch() const { return newest_; }

 private:
  void check_witness(const engine::State& state, const engine::OperationStarted& started);
  void check_certificate(const World& world, const engine::State& state, const engine::FenceCertificate& certificate);
  void check_moved(const World& world, const engine::Operation& operation, const engine::ReignBegan& reign);

  Ground& ground_;
  std::unordered_map<WriteId, Acknowledged> acknowledged_;
  std::set<WriteId> ledger_;
  std::map<const Region*, engine::AgentDuty> duties_;
  base::Epoch newest_;  ///< Of an acknowledged write.
  Time last_acknowledgement_ = 0;
};

}  // namespace lifeboat::sim
