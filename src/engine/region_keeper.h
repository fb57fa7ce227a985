#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "model/observed.h"

namespace lifeboat::engine {

// What a region's agent decides about the region's own database nodes: which one writes, who follows whom, what is
// started, promoted or rebuilt. Pure, like the controller's step(): the agent observes, calls keep(), stores the
// memory, carries out.

/// Whom the commits of a writer wait for. Empty: for nobody there.
struct Waits {
  std::string standby;  ///< A node of the writer's region.
  std::string replica;  ///< A node of the other region, as the writer lists it: "us-west-1/db-1".
  bool operator==(const Waits&) const = default;
};

/// A node of the other region that streams from the writer of this one, as the writer sees it.
struct KeptReplica {
  std::string name;          ///< "us-west-1/db-1"
  base::Lsn position;        ///< It has confirmed that everything up to here is on its disk.
  bool synchronous = false;  ///< Listed with sync_state 'sync' or 'quorum'.
};

/// One database node as the agent sees it right now.
struct KeptNode {
  std::string name;
  bool installed = false;  ///< A data directory that was initialised completely.
  /// Its data directory would start as a standby (it has a standby.signal). Only such a node is ever started next to a
  /// writer.
  bool standby_on_disk = false;
  bool running = false;    ///< Its postmaster is alive.
  bool answering = false;  ///< It answered a query within the time limit; everything below is from that answer.
  bool accepts_writes = false;
  std::uint32_t timeline = 0;
  base::Lsn position;      ///< Written (writer) or received (replica).
  bool streaming = false;  ///< Receives from its upstream now.
  std::string upstream;    ///< The node of this region that it follows; empty: the writer of the other region, or none.
  bool synchronous = false;  ///< The writer's pg_stat_replication lists it with sync_state 'sync' or 'quorum'.
  bool busy = false;         ///< An earlier decision about this node is still being carried out; it is left alone.

  // Of a writer only.
  Waits required;  ///< Whom its commits may be waiting for: what its settings name.
  bool settings_in_force =
      false;  ///< Its commits obey these settings: the process that makes them do so has read them.
  std::vector<KeptReplica> replicas;  ///< Each name once.
};

struct KeeperPolicy {
  /// A writer that runs and has not answered for so long is lost. Longer than a busy machine keeps a query waiting.
  base::Milliseconds writer_lost_after{2000};
  base::Milliseconds standby_lost_after{2000};  ///< How long commits may wait for a standby that is gone.
  /// How long commits may wait for a replica of the other region that confirms nothing.
  base::Milliseconds other_region_lost_after{2000};
  /// How long such a replica still counts as having every acknowledged write. Shorter by more than the controller takes
  /// to look, so that it knows before the first commit that did not wait.
  base::Milliseconds other_region_counts_for{1000};
  base::Milliseconds replica_lost_after{
      1000};                                ///< Standby region: before the cascading standby takes the replica's place.
  base::Milliseconds rebuild_after{10000};  ///< A standby that runs and does not stream for so long is rebuilt.
  bool synchronous = true;                  ///< The stack file asks for a synchronous standby in the region.
  bool synchronous_across = false;          ///< It asks for a synchronous replica in the other region.
};

/// What keep() is told. `nodes` are all of the region's nodes, in the layout's order.
struct KeeperView {
  base::Instant now;
  model::RegionRole role = model::RegionRole::none;
  base::Epoch epoch;
  bool fenced = false;  ///< This epoch, or a newer one, is fenced: nothing is started or promoted.
  std::vector<KeptNode> nodes;
};

/// What keep() remembers. The agent stores `durable` on disk (written and synced) BEFORE it carries out any decision of
/// the same step, and starts with it after a restart; `lost_since` is forgotten by a restart on purpose, which only
/// delays.
struct KeeperMemory {
  struct Durable {
    std::string writer;  ///< The node that is, or last was, the region's writer.
    /// The standby every acknowledged commit waits for. Set after it was seen synchronous, cleared before commits stop
    /// waiting for it: hence whoever is named here has every acknowledged write.
    std::string synchronous_standby;
    /// The same of the other region's replica: a loss of this whole region loses nothing that was acknowledged.
    std::string synchronous_replica;
    bool operator==(const Durable&) const = default;
  } durable;
  std::map<std::string, base::Instant> lost_since;  ///< By node: since when it has not been as it should be.
  std::map<std::string, base::Instant>
      not_before;                              ///< By node: an action was decided; no other one before this moment.
  std::optional<base::Lsn> position_to_reach;  ///< What the new synchronous standby must have before it counts.
  std::optional<base::Lsn> replica_position_to_reach;
  std::map<std::string, base::Lsn> confirmed;  ///< By replica of the other region: its position in the last step.
  bool operator==(const KeeperMemory&) const = default;
};

/// Starts the node with the role that its data directory has (a writer as writer, a standby as standby).
struct StartNode {
  std::string node;
};
/// Ends `instead_of` (by pidfd, and proves it gone), then promotes `node`. The two are one decision, so that there is
/// never a moment with two writers; when the end cannot be proven, nothing is promoted.
struct PromoteNode {
  std::string node;
  std::string instead_of;
  /// The other region's replica that had every acknowledged write: the new writer's commits wait for it from the first
  /// one on. Empty: the node's settings stay as they are.
  std::string replica;
};
/// Sets the writer's synchronous_standby_names, so that every commit waits for all whom `waits` names.
struct RequireWaits {
  std::string writer;
  Waits waits;
};
/// Points a running replica at another upstream; empty: the writer of the other region.
struct FollowNode {
  std::string node;
  std::string upstream;
};
/// Makes the node a standby of `upstream` (empty: the writer of the other region) again: ended if it runs, rewound
/// where that is possible, else copied, started.
struct RebuildNode {
  std::string node;
  std::string upstream;
};

using KeeperAction = std::variant<StartNode, PromoteNode, RequireWaits, FollowNode, RebuildNode>;

struct KeeperDecision {
  KeeperAction action;
  std::string sentence;  ///< What is done and why, for the operator.
};

struct KeeperStep {
  KeeperMemory memory;                    ///< `memory.durable` must be on disk before any decision below starts.
  std::vector<KeeperDecision> decisions;  ///< Carried out in this order; independent nodes may overlap.
  std::vector<std::string> remarks;       ///< Why something is not done, for status; the same until it changes.
};

/// Decides. Pure. Never promotes in a standby or fenced region, never while a node is busy with a promotion, and only a
/// node that is known to have every acknowledged write. At most one decision a node and step.
KeeperStep keep(const KeeperMemory& memory, const KeeperPolicy& policy, const KeeperView& view);

}  // namespace lifeboat::engine
