#include <fmt/format.h>

#include <chrono>

#include "providers/local/postgres_files.h"
#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

using base::ErrorCode;

RegionDatabase::Impl::Impl(RegionContext context, AwaitLease await_lease)
    : context_(std::move(context)),
      await_lease_(std::move(await_lease)),
      across_(context_.stack.database.cross_region == model::CrossRegionReplication::synchronous),
      record_file_(context_.paths.root / "writer.json"),
      record_(load_writer_record(record_file_)) {
  for (const auto& placement : context_.region.database_nodes) {
    members_.push_back(std::make_unique<Member>(context_, placement));
  }
}

RegionDatabase::Impl::~Impl() {
  for (auto& member : members_) member->job.request_stop();
  for (auto& member : members_) {
    if (member->job.joinable()) member->job.join();  // Now, while everything that it uses is still there.
  }
}

void RegionDatabase::Impl::assign(const RegionAssignment& assignment) {
  const std::lock_guard lock(state_mutex_);
  if (assignment.epoch < assignment_.epoch) return;
  assignment_ = assignment;
  const bool reigns = assignment.role == model::RegionRole::active;
  if (reigns && record_ && assignment.epoch >= record_->epoch) confirmed_ = std::max(confirmed_, assignment.epoch);
}

RegionAssignment RegionDatabase::Impl::assignment() const {
  const std::lock_guard lock(state_mutex_);
  return assignment_;
}

base::Result<WriterRecord> RegionDatabase::Impl::record() const {
  const std::lock_guard lock(state_mutex_);
  return record_;
}

base::Status RegionDatabase::Impl::change_record(const std::function<base::Status(WriterRecord&)>& change) {
  const std::lock_guard lock(state_mutex_);
  if (!record_) return std::unexpected(record_.error());
  auto next = *record_;
  if (auto changed = change(next); !changed) return changed;
  if (next == *record_) return {};
  if (auto made = make_private_folder(context_.paths.root); !made) return made;
  if (auto saved = save_writer_record(record_file_, next); !saved) return saved;
  record_ = next;
  return {};
}

bool RegionDatabase::Impl::may_commit() const {
  const std::lock_guard lock(state_mutex_);
  return record_ && record_->state == WriterRecord::State::open && confirmed_ >= record_->epoch && !suspended_;
}

base::Status RegionDatabase::Impl::refuse_older(base::Epoch epoch) const {
  const std::lock_guard lock(state_mutex_);
  if (!record_) return std::unexpected(record_.error());
  const auto newest = std::max(record_->epoch, assignment_.epoch);
  if (epoch >= newest) return {};
  return base::fail(ErrorCode::stale_epoch, fmt::format("{}: asked in epoch {}, but epoch {} has begun",
                                                        context_.region.name.value, epoch.value, newest.value));
}

base::Result<RegionDatabase::Impl::RegionLock> RegionDatabase::Impl::lock_region(const Deadline& deadline) {
  RegionLock lock(region_mutex_, std::defer_lock);
  if (lock.try_lock_for(deadline.remaining())) {
    ++changes_;
    return lock;
  }
  return base::fail(ErrorCode::wait_expired, fmt::format("{}: another change of the region's databases did not end",
                                                         context_.region.name.value));
}

std::optional<std::uint64_t> RegionDatabase::Impl::changes_so_far() {
  const RegionLock lock(region_mutex_, std::try_to_lock);
  return lock ? std::optional(changes_) : std::nullopt;
}

base::Result<RegionDatabase::Impl::RegionLock> RegionDatabase::Impl::lock_member(Member& member,
                                                                                 const Deadline& deadline) {
  RegionLock lock(member.changing, std::defer_lock);
  if (lock.try_lock_for(deadline.remaining())) return lock;
  return base::fail(ErrorCode::wait_expired, fmt::format("{}: another change of {} did not end",
                                                         context_.region.name.value, member.node.name()));
}

RegionDatabase::Impl::Member* RegionDatabase::Impl::find(const std::string& name) {
  for (auto& member : members_) {
    if (member->node.name() == name) return member.get();
  }
  return nullptr;
}

Upstream RegionDatabase::Impl::other_region() const {
  Upstream upstream{.hosts = {}, .writer_only = true};
  for (const auto& node : context_.layout.other(context_.region.name).database_nodes) {
    upstream.hosts.push_back(node.endpoint);
  }
  return upstream;
}

Upstream RegionDatabase::Impl::upstream_of(const std::string& followed) const {
  for (const auto& node : context_.region.database_nodes) {
    if (node.name == followed) return {.hosts = {node.endpoint}, .writer_only = false};
  }
  return other_region();
}

std::string RegionDatabase::Impl::writer() const {
  const std::lock_guard lock(state_mutex_);
  return writer_;
}

std::string RegionDatabase::Impl::synchronous_replica() const {
  const std::lock_guard lock(state_mutex_);
  return record_ && record_->state == WriterRecord::State::open ? record_->synchronous_replica : "";
}

}  // namespace lifeboat::local
