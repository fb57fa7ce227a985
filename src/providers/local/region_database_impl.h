#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "engine/region_keeper.h"
#include "providers/local/deadline.h"
#include "providers/local/postgres_history.h"
#include "providers/local/postgres_look.h"
#include "providers/local/postgres_node.h"
#include "providers/local/region_database.h"
#include "providers/local/writer_record.h"

namespace lifeboat::local {

/// How long one look at a node may take, also when its server hangs.
inline constexpr base::Milliseconds look_timeout{200};

// Locks, always taken in this order: a member's `changing` (its data is being made), the region's `region_mutex_`
// (something that decides who writes), `state_mutex_` (memory, held for moments). A fence writes its record first and
// takes the region's lock then, so whatever holds that lock checks the record again before it lets a server commit.
class RegionDatabase::Impl {
 public:
  Impl(RegionContext context, AwaitLease await_lease);
  ~Impl();

  void assign(const RegionAssignment& assignment);
  base::Status ensure_node(const std::string& name, const Deadline& deadline);
  std::vector<model::ObservedDatabaseNode> observe();
  void tick();
  base::Status checkpoint(const Deadline& deadline);
  base::Result<engine::FenceCertificate> fence(base::Epoch epoch, const Deadline& deadline);
  base::Result<base::Lsn> drain(base::Lsn until, const Deadline& deadline);
  base::Result<engine::Promotion> promote(base::Epoch epoch, const Deadline& deadline);
  base::Status suspend(const Deadline& deadline);
  base::Status resume(const Deadline& deadline);
  base::Status reopen_writer(base::Epoch epoch, const Deadline& deadline);
  base::Result<engine::Reprotection> reprotect(base::Epoch epoch, const Deadline& deadline);
  std::string writer() const;
  std::string synchronous_replica() const;
  base::Result<std::map<std::string, std::string>> facts();
  std::vector<std::string> remarks() const;
  std::vector<std::string> take_sentences();

  Deadline deadline(base::Instant at) const { return {context_.clock, at}; }

 private:
  struct Member {
    Member(const RegionContext& context, const Placement& placement) : node(context, placement), observer(node) {}
    PostgresNode node;
    NodeObserver observer;
    std::timed_mutex changing;
    std::atomic<int> workers = 0;          ///< Who makes its data or is about to; the keeper leaves it alone.
    std::atomic<std::uint64_t> works = 0;  ///< How often somebody has.
    std::jthread job;                      ///< Rebuilds the node on the keeper's decision.
  };
  /// One who makes a member's data, or waits to.
  class AtWork {
   public:
    explicit AtWork(Member& member) : member_(&member) { ++member.workers; }
    AtWork(AtWork&& other) noexcept : member_(std::exchange(other.member_, nullptr)) {}
    AtWork& operator=(AtWork&&) = delete;
    ~AtWork() {
      if (member_ == nullptr) return;
      ++member_->works;  // First, so that whoever sees no worker any more sees that there was one.
      --member_->workers;
    }
    Member& member() const { return *member_; }

   private:
    Member* member_;
  };
  using RegionLock = std::unique_lock<std::timed_mutex>;
  /// What the keeper knows: its looks, and how often each member's data had been made before them.
  struct Looked {
    std::vector<std::uint64_t> works;
    std::vector<NodeLook> nodes;
  };

  /// A writer of the other region that accepts writes, and whose reign it is.
  struct OtherWriter {
    Endpoint endpoint;
    base::Epoch epoch;
  };

  // What is remembered.
  base::Result<WriterRecord> record() const;
  base::Status change_record(const std::function<base::Status(WriterRecord&)>& change);
  RegionAssignment assignment() const;
  /// The region's writer may run: its reign is open, and confirmed since this process began.
  bool may_commit() const;
  base::Status refuse_older(base::Epoch epoch) const;
  base::Result<RegionLock> lock_region(const Deadline& deadline);
  /// How often lock_region() has succeeded; nothing while it holds.
  std::optional<std::uint64_t> changes_so_far();
  base::Result<RegionLock> lock_member(Member& member, const Deadline& deadline);

  // Members.
  Member* find(const std::string& name);
  Member* other_than(const Member& member);
  Upstream other_region() const;
  Upstream upstream_of(const std::string& followed) const;
  std::vector<NodeLook> look_all();
  /// The node that stands for the region, of those that answer: its writer, or the replica that would be promoted.
  const Member* spokesman();
  model::ObservedDatabaseNode describe(Member& member, const NodeLook& look, const std::vector<NodeLook>& all);
  model::DatabaseRole role_of(Member& member, const NodeLook& look, const std::vector<NodeLook>& all);
  base::Status wait_answering(Member& member, bool as_writer, const Deadline& deadline);
  base::Status wait_streaming(Member& member, const Deadline& deadline);
  base::Result<OtherWriter> wait_other_writer(base::Epoch at_least, const Deadline& deadline);
  base::Result<base::Epoch> reign_at(const Endpoint& endpoint, base::Milliseconds timeout);

  // Building.
  base::Status ensure_in_active(Member& member, const Deadline& deadline);
  base::Status ensure_in_standby(Member& member, const Deadline& deadline);
  base::Status ensure_writer(Member& member, const Deadline& deadline);
  base::Status ensure_standby(Member& member, const std::string& writer, const Deadline& deadline);
  base::Result<std::string> claim_writer();
  base::Status establish(Member& member, base::Epoch epoch, const Deadline& deadline);
  base::Status start_writer(Member& member, const Deadline& deadline);
  base::Status start_writer_process(Member& member);
  base::Status start_replica(Member& member, const std::string& followed);
  base::Status write_reign(Member& member, base::Epoch epoch, const Deadline& deadline);

  // Moving the writer.
  base::Status finish_promotion(base::Epoch epoch, const Deadline& deadline);
  base::Status begin_anew(base::Epoch epoch);
  base::Result<Member*> choose_candidate(const Deadline& deadline);
  /// The record, the promotion, the reign, and the record again; the caller holds the region's lock.
  base::Result<engine::Promotion> promote_in(base::Epoch epoch, Member& chosen, const Deadline& deadline);
  base::Result<engine::Promotion> promote_member(Member& member, const Deadline& deadline);
  engine::Promotion promotion_of(Member& member, const Deadline& deadline);
  void checkpoint_later(Member& member);
  base::Status stop_writers(engine::FenceCertificate& certificate, const Deadline& deadline);
  std::optional<base::Lsn> final_position(Member& member, const Deadline& deadline);

  // Keeping.
  void say(std::string sentence);
  engine::KeptNode kept(const Member& member, const NodeLook& look, const std::vector<NodeLook>& all) const;
  void describe_waits(const NodeLook& look, engine::KeptNode& node) const;
  std::vector<std::string> names_of(const engine::Waits& waits) const;
  engine::KeeperView keeper_view(const Looked& looked) const;
  void carry_out(const engine::KeeperDecision& decision);
  base::Status carry_out(const engine::StartNode& action);
  base::Status carry_out(const engine::PromoteNode& action);
  base::Status carry_out(const engine::RequireWaits& action);
  base::Status carry_out(const engine::FollowNode& action);
  base::Status carry_out(const engine::RebuildNode& action);
  base::Status rebuild(Member& member, const std::string& followed, const Deadline& deadline,
                       const std::stop_token& stop);
  base::Result<Endpoint> source_for(const std::string& followed, const Deadline& deadline);
  void repair_lead(const engine::KeeperView& view);
  base::Status checkpoint_at(const Endpoint& source, const Deadline& deadline);

  // Making the region a replica.
  struct Reprotecting;
  base::Status prepare_reprotect(base::Epoch epoch, const Deadline& deadline);
  base::Status find_source(Reprotecting& work, const Deadline& deadline);
  base::Status make_replica(Member& member, Reprotecting& work, const Deadline& deadline);
  base::Status rescue_writes(Member& member, const Lineage& lineage, const Divergence& divergence, Reprotecting& work,
                             const Deadline& deadline);
  base::Status replace_data(Member& member, Reprotecting& work, const Deadline& deadline);
  base::Status finish_reprotect(base::Epoch epoch, const Deadline& deadline);

  RegionContext context_;
  AwaitLease await_lease_;
  const bool across_;  ///< The stack file asks for synchronous replication between the regions.
  std::filesystem::path record_file_;
  std::vector<std::unique_ptr<Member>> members_;

  mutable std::mutex state_mutex_;
  RegionAssignment assignment_;
  base::Result<WriterRecord> record_;
  bool suspended_ = false;              ///< The region has no lease.
  base::Epoch confirmed_;               ///< The reign that somebody confirmed since this process began.
  std::vector<std::string> remarks_;    ///< Why the keeper does not do something, as of the last tick.
  std::vector<std::string> sentences_;  ///< What was done and nobody has asked for yet.
  std::string writer_;                  ///< Seen to accept writes by the last look.

  std::timed_mutex region_mutex_;
  std::uint64_t changes_ = 0;                        ///< Used under region_mutex_ only.
  engine::KeeperMemory memory_;                      ///< Used under region_mutex_ only.
  std::optional<base::Instant> lead_stuck_since_;    ///< Used under region_mutex_ only.
  std::optional<base::Instant> lead_streams_since_;  ///< The same; since it was last seen not to.
  std::jthread checkpointer_;
};

}  // namespace lifeboat::local
