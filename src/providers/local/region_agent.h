#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/effect.h"
#include "model/observed.h"
#include "providers/local/agent_memory.h"
#include "providers/local/agent_metrics.h"
#include "providers/local/asset.h"
#include "providers/local/deadline.h"
#include "providers/local/drill_clone.h"
#include "providers/local/lease_keeper.h"
#include "providers/local/load_balancer.h"
#include "providers/local/peer_watch.h"
#include "providers/local/periodic.h"
#include "providers/local/pool.h"
#include "providers/local/region_context.h"
#include "providers/local/region_database.h"
#include "providers/local/writer_finder.h"

namespace lifeboat::local {

/// Whom a hold or a release concerns: both pools point at the same writer, so the region that is asked tells the other.
enum class Relay { to_the_other_region, no };

/// What an agent does for its region: every effect, and between effects whatever keeps the region as it was asked to
/// be. Safe to call from any thread; calls on different assets run at once. Requests of an epoch older than the newest
/// seen are refused (stale_epoch) before anything is done.
class RegionAgent {
 public:
  /// `init` is the scope's init now. When the record was written under another one and nothing of the scope runs, the
  /// region was lost as a whole: it has no role and starts nothing until it is given one.
  RegionAgent(RegionContext context, AgentRecord record, LeasePage page, const system::ProcessIdentity& init);
  ~RegionAgent();
  RegionAgent(const RegionAgent&) = delete;
  RegionAgent& operator=(const RegionAgent&) = delete;

  /// Adopts what runs, starts what should run, and keeps the region until this object is destroyed, which ends nothing.
  base::Status start();

  AgentRecord record() const { return memory_.record(); }
  std::string writer() const { return database_.writer(); }
  model::ObservedRegion observe();
  /// Looks again for up to 2 s while a part fails: one late answer of a busy machine's part says nothing.
  model::RegionFacts facts();

  engine::LeaseRequest lease_request() const { return leases_.request(); }
  base::Milliseconds lease_left() const { return leases_.left(); }
  /// How long ago the other region's agent or load balancer last answered; nothing: not since this one began.
  std::optional<base::Milliseconds> heard_of_other() const { return peer_.heard_of(); }
  void take_lease(const engine::LeaseGrant& grant) { leases_.take(grant); }
  base::Result<engine::LeasePromise> promise(base::Epoch epoch) { return leases_.promise(epoch); }
  AgentVitals vitals();
  base::Status obey(const engine::Term& term) { return memory_.obey(term); }

  base::Status assign(const RegionAssignment& assignment);
  base::Status ensure(const std::string& name, base::Epoch epoch, base::Instant deadline);
  base::Status set_traffic(model::TrafficMode mode, base::Epoch epoch, base::Instant deadline);
  base::Status hold(base::Epoch epoch, base::Instant deadline, Relay relay);
  base::Status release(base::Epoch epoch, const base::RegionName& writer_region, base::Instant deadline, Relay relay);
  base::Status checkpoint(base::Epoch epoch, base::Instant deadline);
  /// A planned fence only stops the writer, because held statements must survive it.
  base::Result<engine::FenceCertificate> fence(base::Epoch epoch, bool planned, base::Instant deadline);
  base::Result<base::Lsn> drain(base::Lsn until, base::Instant deadline);
  base::Result<engine::Promotion> promote(base::Epoch epoch, base::Instant deadline);
  base::Status reopen(base::Epoch epoch, base::Instant deadline);
  base::Result<engine::Reprotection> reprotect(base::Epoch epoch, base::Instant deadline);
  /// Makes a drill's clone of the region's replica. not_a_replica when none streams.
  base::Result<base::Lsn> clone(base::WallTime begun, base::Instant deadline);
  DrillClone& drill() { return drill_; }
  /// Ends everything of the region in order: nothing starts again until something is ensured by a new agent.
  base::Status stop();

 private:
  model::ObservedRegion observe_settled();
  bool was_lost(const AgentRecord& record, const system::ProcessIdentity& init) const;
  void ensure_again();
  Asset* find(const std::string& name);
  void start_dashboards(base::Instant deadline);
  bool is_database_node(const std::string& name) const;
  void keep_lease();
  void close_for_want_of_a_lease();
  void open_with_a_lease();
  /// The database's writer commits only with a lease, so whoever is about to write waits for it.
  base::Status await_lease(base::Instant deadline) const;
  void follow_writer();
  std::optional<Endpoint> wanted_target();
  std::optional<Endpoint> target_in(const base::RegionName& region, const Deadline& until);
  base::Status point_pool(const Endpoint& target, base::Instant deadline);
  base::Status tell_peer(const std::string& path, base::Epoch epoch, const base::RegionName& writer_region,
                         base::Milliseconds timeout) const;
  base::Result<engine::FenceCertificate> fence_with_door(base::Epoch epoch, base::Instant deadline);
  base::Status close_door(engine::FenceCertificate& certificate, base::Instant deadline);
  std::string place() const { return context_.region.name.value; }

  RegionContext context_;
  AgentMemory memory_;
  bool lost_ = false;
  base::Status kept_;  ///< That this process, and the loss before it, are written down.
  LeaseKeeper leases_;
  PeerWatch peer_;
  RegionDatabase database_;
  LoadBalancer load_balancer_;
  Pool pool_;
  std::vector<std::unique_ptr<Asset>> others_;
  DrillClone drill_;
  WriterFinder finder_;
  std::mutex target_mutex_;
  std::atomic<std::uint64_t> targets_set_ = 0;  ///< By requests; a slower look of the keeper's must not undo one.
  std::atomic<base::Instant> looked_for_writer_at_ = base::Instant{};
  std::unique_ptr<Periodic> ticker_;
  std::unique_ptr<Periodic> lease_ticker_;
  std::unique_ptr<Periodic> keeper_;
  std::jthread starter_;  // Last: it uses everything above.
};

}  // namespace lifeboat::local
