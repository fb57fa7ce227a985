#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "model/observed.h"

namespace lifeboat::engine {

// Every effect is idempotent at the provider: after a crash the engine issues it again, with the same id. Every effect
// that changes a region carries the epoch it belongs to; the region refuses one that is older than the newest it knows.

/// Brings a region's control plane up (power on). Done when its agent answers.
struct StartRegion {
  base::RegionName region;
};
/// Tells a region who reigns: its own role, the epoch, the active region. Durable in the region; assets obey it.
struct AssignRole {
  base::RegionName region;
  model::RegionRole role = model::RegionRole::standby;
  base::RegionName active_region;
  base::Epoch epoch;
};
/// Makes an asset exist and serve as the stack file describes it. Done when its health check passes.
struct EnsureAsset {
  base::AssetId asset;
  base::Epoch epoch;
};
struct SetTraffic {
  base::RegionName region;
  model::TrafficMode mode = model::TrafficMode::closed;
  base::Epoch epoch;
};
/// Makes the writer's shutdown short: a checkpoint, while it still serves.
struct PrepareSwitchover {
  base::RegionName region;
  base::Epoch epoch;
};
/// Holds every new statement at the region's connection pool; done when none is under way.
struct HoldWrites {
  base::RegionName region;
  base::Epoch epoch;
};
/// Lets held statements go on, against the writer of `writer_region`.
struct ReleaseWrites {
  base::RegionName region;
  base::RegionName writer_region;
  base::Epoch epoch;
};

enum class FenceMethod {
  direct,  ///< The region's agent stops the writer, closes the load balancer and reports it.
  power,   ///< The out-of-band switch ends every process of the region and proves that none is left.
  expiry,  ///< Nobody grants a lease any more, and the last one is over. The engine certifies it; no provider is asked.
};
/// Makes the region unable to commit in any epoch up to and including `epoch`. Its outcome is a FenceCertificate.
struct FenceRegion {
  base::RegionName region;
  FenceMethod method = FenceMethod::direct;
  base::Epoch epoch;
  /// Of a switchover: held requests must survive, so a direct fence stops the writer and leaves load balancer and pool
  /// alone.
  bool planned = false;
};
/// Makes the region's agent promise, durably, that it grants no lease of an older epoch any more. Its outcome is a
/// LeasePromise.
struct PromiseEpoch {
  base::RegionName region;
  base::Epoch epoch;
};
/// Waits until the region's replica has replayed the position. Its outcome is a Position.
struct DrainReplication {
  base::RegionName region;
  base::Lsn until;
};
/// Makes the region's most advanced replica its writer, in the new epoch. Its outcome is a Promotion.
struct Promote {
  base::RegionName region;
  base::Epoch epoch;
};
/// Undoes a fence where nothing was promoted: the region's writer serves again, in the new epoch.
struct ReopenWriter {
  base::RegionName region;
  base::Epoch epoch;
};
/// Points the front door's name at the region's load balancer. Done when the DNS server has taken it.
struct WriteDnsRecord {
  base::RegionName region;
  base::Epoch epoch;
};
/// Asks the DNS server, as a client would, until it answers with the region's load balancer.
struct ConfirmDns {
  base::RegionName region;
};
/// Writes a marker through the front door until one is acknowledged by the region. Its outcome is a
/// ServiceConfirmation.
struct ConfirmService {
  base::RegionName region;
  base::Epoch epoch;
};
/// Rebuilds the region as a replica of `source`: diverged writes exported, then rewound or copied, streaming again. Its
/// outcome is a Reprotection.
struct Reprotect {
  base::RegionName region;
  base::RegionName source;
  base::Epoch epoch;
};
// The effects of a drill say when it began: a region that has discarded this one or a later one refuses to begin it
// again (stale_epoch), so that what was on its way for long makes nothing anew.

/// Makes a database of its own of the region's replica, for a drill; the replica goes on replicating, and nothing of
/// the front door changes. What an earlier drill has left is removed first. Its outcome is the Position that the clone
/// has.
struct CloneForDrill {
  base::RegionName region;
  base::WallTime begun{};
};
/// Does with the clone what a failover does with the replica: it takes writes, the shadow name leads to it, and a
/// write through that name is acknowledged. Its outcome is a Rehearsal.
struct RehearseFailover {
  base::RegionName region;
  base::WallTime begun{};
};
/// Ends and removes whatever drills have made in the region, and what is being made by one, whenever they began:
/// controllers' clocks differ. Done when nothing of it is left, also when nothing was there.
struct DiscardClone {
  base::RegionName region;
  base::WallTime begun{};
};
/// Compares the load clients' own records with the writer's data, for the report. Its outcome is a ClientView.
struct MeasureClients {
  base::OperationId operation;
  base::WallTime since;  ///< From when on clients may have been hit by it, or by the loss before it.
};

using EffectBody =
    std::variant<StartRegion, AssignRole, EnsureAsset, SetTraffic, PrepareSwitchover, HoldWrites, ReleaseWrites,
                 FenceRegion, PromiseEpoch, DrainReplication, Promote, ReopenWriter, WriteDnsRecord, ConfirmDns,
                 ConfirmService, Reprotect, MeasureClients, CloneForDrill, RehearseFailover, DiscardClone>;

/// "failover-7/promote": the operation and the step; stable over restarts of the controller.
using EffectId = base::Name<struct EffectTag>;

struct Effect {
  EffectId id;
  EffectBody body;
};

/// The evidence that a region cannot commit.
struct FenceCertificate {
  base::RegionName region;
  FenceMethod method = FenceMethod::direct;
  base::Epoch epoch;                        ///< Every epoch up to this one is fenced.
  std::vector<std::string> evidence;        ///< Sentences: what was ended, what was checked afterwards.
  std::optional<base::Lsn> final_position;  ///< The writer's last position, where it could be read.
};
/// What the other granter answers: no lease of an older epoch leaves it any more.
struct LeasePromise {
  base::Milliseconds over_in{};  ///< On its own clock; then the last one that it granted has ended everywhere.
};
struct Position {
  base::Lsn position;
};
struct Promotion {
  std::string node;
  std::uint32_t timeline = 0;
  base::Lsn position;  ///< Where the new timeline begins.
};
struct ServiceConfirmation {
  std::string served_by;
  std::int64_t marker = 0;
};

enum class ReprotectMethod { followed, rewound, rebuilt };
struct Reprotection {
  ReprotectMethod method = ReprotectMethod::followed;
  std::uint64_t diverged_transactions = 0;
  std::uint64_t diverged_rows = 0;
  std::uint64_t diverged_bytes = 0;
  std::string ledger_file;  ///< Where the diverged rows were exported to; empty when there were none.
};

/// What the load clients saw, from their own records. Absent numbers mean that no client was running.
struct ClientView {
  bool clients_present = false;
  std::uint64_t acknowledged_writes = 0;
  std::uint64_t lost_acknowledged_writes = 0;
  std::uint64_t failed_requests = 0;
  std::optional<std::int64_t> longest_request_ms;
  std::optional<base::WallTime> first_failure;
  std::optional<base::WallTime> first_acknowledged_after;  ///< By the region that took over.
};

/// How long each step of a failover took, done with a clone.
struct Rehearsal {
  std::optional<base::Milliseconds> promotion{};  ///< Nothing where the clone is made a writer at once.
  base::Milliseconds dns{};      ///< Promoted → the shadow name's answer is the clone's web instance.
  base::Milliseconds service{};  ///< The name's answer is right → a write through it was acknowledged.
  std::string served_by;
  std::int64_t marker = 0;
};

struct Done {};

using Outcome = std::variant<Done, FenceCertificate, LeasePromise, Position, Promotion, ServiceConfirmation,
                             Reprotection, ClientView, Rehearsal>;

}  // namespace lifeboat::engine
