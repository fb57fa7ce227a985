#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/effect.h"
#include "model/observed.h"
#include "model/stack.h"

namespace lifeboat::fake {

/// A client's write: an integer, so that every one can be found again.
using Write = std::int64_t;

/// A region's database: one log for all of its nodes, which replicate at once among themselves.
struct Database {
  bool built = false;
  bool writable = false;  ///< Has a running writer.
  bool running = false;
  bool streams = false;  ///< Follows the other region.
  std::uint32_t timeline = 1;
  std::vector<Write> log;
};

/// What a drill has made in a region.
struct Clone {
  base::WallTime begun{};
  bool promoted = false;
  std::vector<Write> log;
};

struct Region {
  base::RegionName name;
  bool powered = false;
  bool reachable = true;  ///< From the controller. An unreachable region may well serve.
  bool slow = false;      ///< Probes are not answered in time; effects are.
  model::RegionRole role = model::RegionRole::none;
  base::RegionName active_region;
  base::Epoch epoch;
  base::Epoch fenced;
  base::Epoch leased;  ///< The newest epoch that it was granted a lease of.
  model::TrafficMode traffic = model::TrafficMode::closed;
  bool held = false;
  base::RegionName pool_target;  ///< The region whose writer the pool uses; empty: it was never told.
  Database database;
  std::set<std::string> assets;  ///< Names of those that serve.
  std::optional<Clone> clone;
  base::WallTime discarded_through{};  ///< Drills that began up to then are over here.
};

/// What the clients know: each write they sent and what became of it.
struct Clients {
  std::vector<Write> acknowledged;
  std::vector<Write> waiting;  ///< Held at a pool.
  std::uint64_t failed = 0;
  Write next = 1;
};

/// Two regions, a DNS record, clients; and what a world does on each effect. Not safe for threads: FakeProvider locks.
class World {
 public:
  explicit World(const model::Stack& stack);

  Region& region(const base::RegionName& name);
  Region& other(const base::RegionName& name);

  /// Carries an effect out in a world without faults.
  base::Result<engine::Outcome> perform(const engine::EffectBody& body);

  /// Everything of the region ends, at once and without a word.
  void kill(const base::RegionName& name);
  /// The machines come back by themselves: agents run, nothing may serve before it was told who reigns.
  void revive(const base::RegionName& name);

  /// Lets the standby receive what the writer has, if they are connected and `replicates`.
  void replicate();
  /// One client resolves the name and writes once.
  void write_once();

  /// Whether a client's write could be committed in the region now.
  bool can_commit(const base::RegionName& name);
  /// Acknowledged writes that the region which takes writes now does not have.
  std::vector<Write> lost_writes();
  /// What of the promises P1 and P2 was broken so far; sentences.
  const std::vector<std::string>& broken() const { return broken_; }

  Clients clients;
  bool replicates = true;       ///< The link between the regions works.
  base::RegionName dns_answer;  ///< Empty: no record.
  std::vector<std::string> global_assets;
  std::uint64_t exported_writes = 0;  ///< By reprotects, in all.

 private:
  using Answer = base::Result<engine::Outcome>;

  Answer on(const engine::StartRegion& effect);
  Answer on(const engine::AssignRole& effect);
  Answer on(const engine::EnsureAsset& effect);
  Answer on(const engine::SetTraffic& effect);
  Answer on(const engine::PrepareSwitchover& effect);
  Answer on(const engine::HoldWrites& effect);
  Answer on(const engine::ReleaseWrites& effect);
  Answer on(const engine::FenceRegion& effect);
  Answer on(const engine::PromiseEpoch& effect);
  Answer on(const engine::DrainReplication& effect);
  Answer on(const engine::Promote& effect);
  Answer on(const engine::ReopenWriter& effect);
  Answer on(const engine::WriteDnsRecord& effect);
  Answer on(const engine::ConfirmDns& effect);
  Answer on(const engine::ConfirmService& effect);
  Answer on(const engine::Reprotect& effect);
  Answer on(const engine::MeasureClients& effect);
  Answer on(const engine::CloneForDrill& effect);
  Answer on(const engine::RehearseFailover& effect);
  Answer on(const engine::DiscardClone& effect);

  /// The region, if its agent answers and knows of no newer epoch; it learns this one.
  base::Result<Region*> reach(const base::RegionName& name, base::Epoch epoch);
  base::Result<Region*> reach(const base::RegionName& name);
  base::Status ensure_database(Region& region);
  enum class Fate { acknowledged, waiting, failed };
  Fate write_through(Region& door, Write write, int hops);
  Fate commit(Region& region, Write write);
  void check_promises(const std::string& after);

  Region home_;
  Region standby_;
  std::vector<std::string> broken_;
};

/// The position that a log of so many writes has.
base::Lsn position_of(const Database& database);

}  // namespace lifeboat::fake
