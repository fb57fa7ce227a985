#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/effect.h"
#include "model/observed.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// The region's database nodes: what a managed multi-zone database does for its two. Safe to call from any thread;
/// calls that change the same node wait for one another. Every call ends by its deadline (on the context's clock).
class RegionDatabase {
 public:
  /// Waits until the region holds a write lease, without which its writer does not commit.
  using AwaitLease = std::function<base::Status(base::Instant deadline)>;

  RegionDatabase(RegionContext context, AwaitLease await_lease);
  ~RegionDatabase();

  /// Takes over the assignment; ensure_node and tick obey it from now on. Never starts or stops anything by itself.
  void assign(const RegionAssignment& assignment);

  /// Makes the node exist and run in the role that follows from the assignment: in the active region the first node is
  /// the writer (when none of the region's nodes is yet) and the second its synchronous standby; in the standby region
  /// one is the cross-region replica and the other cascades from it. Adopts what runs. Blocks until it accepts
  /// connections and, for a replica, streams.
  base::Status ensure_node(const std::string& name, base::Instant deadline);

  std::vector<model::ObservedDatabaseNode> observe();

  /// Runs the in-region decisions (writer lost, standby lost, node to rebuild); the agent calls it about every 100 ms,
  /// from one thread.
  void tick();

  base::Status checkpoint(base::Instant deadline);
  /// Stops every node that could commit (fast shutdown, then SIGKILL to the whole process group's tree), proves that
  /// none is left and stays stopped over restarts of the agent. The evidence is in sentences.
  base::Result<engine::FenceCertificate> fence(base::Epoch epoch, base::Instant deadline);
  base::Result<base::Lsn> drain(base::Lsn until, base::Instant deadline);
  base::Result<engine::Promotion> promote(base::Epoch epoch, base::Instant deadline);
  /// The lease has ended: stops every node that could commit, and starts none until resume().
  base::Status suspend(base::Instant deadline);
  /// There is a lease again: starts the writer.
  base::Status resume(base::Instant deadline);
  /// Undo of fence where nothing was promoted elsewhere.
  base::Status reopen_writer(base::Epoch epoch, base::Instant deadline);
  /// Exports diverged writes to StackPaths::ledger(), then makes all nodes replicas of the other region's writer.
  base::Result<engine::Reprotection> reprotect(base::Epoch epoch, base::Instant deadline);

  /// The node that accepts writes, if one does; empty name otherwise. Cheap: from the last tick.
  std::string writer() const;

  /// The other region's node that has every acknowledged write and for which every commit waits ("us-west-1/db-1"), as
  /// the region's record says; empty when there is none.
  std::string synchronous_replica() const;

  /// What parity compares, of the node that is or would become the writer: "version", "setting …", "role …",
  /// "extension …", "table …", "index …", "constraint …". Takes up to seconds.
  base::Result<std::map<std::string, std::string>> facts();
  /// Why the keeper does not do something that it should, as of the last tick; for status.
  std::vector<std::string> remarks() const;
  /// What the keeper did since this was last called, as sentences for the operator's log.
  std::vector<std::string> take_sentences();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::local
