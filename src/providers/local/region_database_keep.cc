#include <fmt/format.h>

#include <algorithm>
#include <csignal>

#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

using State = WriterRecord::State;

namespace {

engine::KeeperMemory::Durable durable_of(const WriterRecord& record) {
  return {record.writer, record.synchronous_standby, record.synchronous_replica};
}

}  // namespace

engine::KeptNode RegionDatabase::Impl::kept(const Member& member, const NodeLook& look,
                                            const std::vector<NodeLook>& all) const {
  engine::KeptNode node;
  node.name = member.node.name();
  node.installed = look.installed;
  node.standby_on_disk = look.installed && member.node.is_standby();
  node.running = look.pid != 0;
  node.answering = look.answering;
  node.accepts_writes = look.accepts_writes();
  node.timeline = look.timeline;
  node.position = look.position;
  node.streaming = look.streaming;
  node.upstream = member.node.followed();
  node.busy = member.workers > 0;
  node.synchronous = std::ranges::any_of(all, [&](const NodeLook& other) {
    return other.accepts_writes() && other.waits_for(member.node.application_name());
  });
  if (look.accepts_writes()) describe_waits(look, node);
  return node;
}

void RegionDatabase::Impl::describe_waits(const NodeLook& look, engine::KeptNode& node) const {
  node.settings_in_force = look.settings_in_force;
  for (const auto& confirming : look.confirming) {
    const auto member = std::ranges::find_if(
        members_, [&](const auto& candidate) { return candidate->node.application_name() == confirming; });
    if (member != members_.end()) {
      node.required.standby = (*member)->node.name();
    } else {
      node.required.replica = confirming;
    }
  }
  const auto& region = context_.layout.other(context_.region.name);
  for (const auto& other : region.database_nodes) {
    const auto name = fmt::format("{}/{}", region.name.value, other.name);
    engine::KeptReplica replica{.name = name, .position = {}, .synchronous = look.waits_for(name)};
    bool streams = false;
    // After a broken connection the same replica is listed twice for a while.
    for (const auto& standby : look.standbys) {
      if (standby.application_name != name) continue;
      streams = true;
      replica.position = std::max(replica.position, standby.confirmed);
    }
    if (streams) node.replicas.push_back(std::move(replica));
  }
}

std::vector<std::string> RegionDatabase::Impl::names_of(const engine::Waits& waits) const {
  std::vector<std::string> names;
  if (!waits.standby.empty()) names.push_back(members_.front()->node.application_name_of(waits.standby));
  if (!waits.replica.empty()) names.push_back(waits.replica);
  return names;
}

engine::KeeperView RegionDatabase::Impl::keeper_view(const Looked& looked) const {
  const auto record = this->record();
  const auto role = assignment();
  engine::KeeperView view;
  view.now = context_.clock.now();
  if (record) {
    view.epoch = record->epoch;
    // While the first writer is being made there is nothing to keep, and nothing to copy.
    view.role = may_commit() && record->established ? model::RegionRole::active : model::RegionRole::none;
    if (record->state == State::none && role.role == model::RegionRole::standby) view.role = role.role;
    view.fenced = record->state == State::fenced;
  }
  for (std::size_t index = 0; index < looked.nodes.size(); ++index) {
    const auto& member = *members_[index];
    view.nodes.push_back(kept(member, looked.nodes[index], looked.nodes));
    // What was seen of it is no longer so.
    if (member.works != looked.works[index]) view.nodes.back().busy = true;
  }
  return view;
}

void RegionDatabase::Impl::tick() {
  const auto changes = changes_so_far();
  if (!changes) return;
  Looked looked;
  for (const auto& member : members_) looked.works.push_back(member->works);
  looked.nodes = look_all();
  RegionLock lock(region_mutex_, std::try_to_lock);
  // Something larger is under way, or was since: a writer that it has just started would be taken for a lost one.
  if (!lock || changes != changes_) return;
  const auto view = keeper_view(looked);
  if (const auto known = record()) memory_.durable = durable_of(*known);
  engine::KeeperPolicy policy;
  policy.synchronous = context_.stack.database.synchronous_in_region;
  policy.synchronous_across = across_;
  for (const auto& node : view.nodes) {
    // A process that is gone will not answer later; only one that hangs is given time.
    if (node.name == memory_.durable.writer && !node.running) policy.writer_lost_after = base::Milliseconds{0};
  }
  const auto step = engine::keep(memory_, policy, view);
  if (view.role == model::RegionRole::active && !view.fenced) {
    const auto kept_durable = change_record([&](WriterRecord& next) -> base::Status {
      if (next.state != State::open || next.epoch != view.epoch) {
        return base::fail(base::ErrorCode::stale_epoch, "the region was fenced meanwhile");
      }
      next.writer = step.memory.durable.writer;
      next.synchronous_standby = step.memory.durable.synchronous_standby;
      next.synchronous_replica = step.memory.durable.synchronous_replica;
      return {};
    });
    if (!kept_durable) return;
  }
  memory_ = step.memory;
  {
    const std::lock_guard state(state_mutex_);
    remarks_ = step.remarks;
  }
  for (const auto& decision : step.decisions) carry_out(decision);
  repair_lead(view);
}

void RegionDatabase::Impl::carry_out(const engine::KeeperDecision& decision) {
  const auto done = std::visit([this](const auto& action) { return carry_out(action); }, decision.action);
  say(done ? decision.sentence : fmt::format("{} It failed: {}", decision.sentence, done.error().message));
}

base::Status RegionDatabase::Impl::carry_out(const engine::StartNode& action) {
  Member* member = find(action.node);
  if (member == nullptr) return {};
  if (member->node.is_standby()) return start_replica(*member, member->node.followed());
  return start_writer_process(*member);
}

base::Status RegionDatabase::Impl::carry_out(const engine::PromoteNode& action) {
  Member* chosen = find(action.node);
  Member* lost = find(action.instead_of);
  if (chosen == nullptr || lost == nullptr) return {};
  const auto deadline = this->deadline(context_.clock.now() + base::Milliseconds{5000});
  if (auto gone = lost->node.kill(deadline); !gone) return gone;
  if (!action.replica.empty()) {
    if (auto set = chosen->node.require_confirmation({action.replica}); !set) return set;
  }
  const auto promoted = promote_member(*chosen, deadline);
  if (!promoted) return std::unexpected(promoted.error());
  checkpoint_later(*chosen);
  const std::lock_guard state(state_mutex_);
  writer_ = chosen->node.name();
  return {};
}

base::Status RegionDatabase::Impl::carry_out(const engine::RequireWaits& action) {
  Member* member = find(action.writer);
  return member == nullptr ? base::Status{} : member->node.require_confirmation(names_of(action.waits));
}

base::Status RegionDatabase::Impl::carry_out(const engine::FollowNode& action) {
  Member* member = find(action.node);
  return member == nullptr ? base::Status{} : member->node.follow(upstream_of(action.upstream), action.upstream);
}

base::Status RegionDatabase::Impl::carry_out(const engine::RebuildNode& action) {
  Member* member = find(action.node);
  if (member == nullptr || member->workers > 0) return {};
  // The copy takes as long as the data is large; the keeper goes on meanwhile and leaves the node alone.
  member->job = std::jthread([this, work = AtWork(*member), works = member->works.load(),
                              followed = action.upstream](const std::stop_token& stop) {
    const auto deadline = this->deadline(context_.clock.now() + std::chrono::minutes(30));
    const auto lock = lock_member(work.member(), deadline.sooner(base::Milliseconds{5000}));
    if (!lock || work.member().works != works) return;  // A command makes the node: the next look tells what is left.
    const auto rebuilt = rebuild(work.member(), followed, deadline, stop);
    if (!rebuilt) say(fmt::format("{} could not be rebuilt: {}", work.member().node.name(), rebuilt.error().message));
  });
  return {};
}

base::Result<Endpoint> RegionDatabase::Impl::source_for(const std::string& followed, const Deadline& deadline) {
  if (const Member* sibling = find(followed)) return sibling->node.placement().endpoint;
  const auto writer = wait_other_writer(assignment().epoch, deadline);
  if (!writer) return std::unexpected(writer.error());
  return writer->endpoint;
}

base::Status RegionDatabase::Impl::rebuild(Member& member, const std::string& followed, const Deadline& deadline,
                                           const std::stop_token& stop) {
  const auto source = source_for(followed, deadline.sooner(base::Milliseconds{2000}));
  if (!source) return std::unexpected(source.error());
  if (const auto stopped = member.node.stop(deadline, base::Milliseconds{1000}); !stopped) {
    return std::unexpected(stopped.error());
  }
  const auto start = [&]() -> base::Status {
    if (stop.stop_requested()) return base::fail(base::ErrorCode::wait_expired, "it was called off");
    if (auto started = start_replica(member, followed); !started) return started;
    return wait_streaming(member, deadline.sooner(base::Milliseconds{5000}));
  };
  if (member.node.installed()) {
    if (auto prepared = checkpoint_at(*source, deadline); !prepared) return prepared;
    if (member.node.rewind_to(*source, deadline, stop) && start()) return {};
    // A rewind against a server whose control file was behind leaves the data diverged; only a copy helps then.
    if (const auto stopped = member.node.stop(deadline, base::Milliseconds{1000}); !stopped) {
      return std::unexpected(stopped.error());
    }
  }
  if (stop.stop_requested()) return base::fail(base::ErrorCode::wait_expired, "it was called off");
  if (auto copied = member.node.copy_from(*source, deadline, stop); !copied) return copied;
  return start();
}

void RegionDatabase::Impl::repair_lead(const engine::KeeperView& view) {
  // The replica may have received more than the standby that was promoted in the other region: then it can never follow
  // again. It is rebuilt, but only once the other region is seen to have a writer: else nobody knows what will reign.
  constexpr base::Milliseconds patience{10'000};
  // One that cannot follow is seen to stream for a moment at each of its attempts, several times a second.
  constexpr base::Milliseconds streams_for_good{1'000};
  const auto lead = std::ranges::find_if(view.nodes, [](const engine::KeptNode& node) {
    return node.answering && !node.accepts_writes && node.upstream.empty() && !node.busy;
  });
  if (view.role != model::RegionRole::standby || view.fenced || lead == view.nodes.end()) {
    lead_stuck_since_.reset();
    return;
  }
  if (!lead->streaming || !lead_streams_since_) lead_streams_since_ = view.now;
  if (lead->streaming && view.now - *lead_streams_since_ >= streams_for_good) return lead_stuck_since_.reset();
  if (!lead_stuck_since_) lead_stuck_since_ = view.now;
  if (view.now - *lead_stuck_since_ < patience) return;
  lead_stuck_since_ = view.now;
  for (const auto& host : other_region().hosts) {
    const auto epoch = reign_at(host, look_timeout);
    if (!epoch || *epoch < assignment().epoch) continue;
    const engine::RebuildNode action{lead->name, ""};
    carry_out(
        {action, fmt::format("Rebuilding {}: the other region has a writer, and it cannot follow it.", lead->name)});
    return;
  }
}

base::Status RegionDatabase::Impl::checkpoint_at(const Endpoint& source, const Deadline& deadline) {
  // pg_rewind trusts the source's control file, which names the new timeline only after a checkpoint. A replica makes
  // none by itself: its CHECKPOINT is a restartpoint.
  auto client = PostgresClient::connect(members_.front()->node.target(source), deadline.at_most(look_timeout * 10));
  if (!client) return std::unexpected(client.error());
  const auto done = client->query("CHECKPOINT", deadline.remaining());
  if (!done) return std::unexpected(done.error());
  return {};
}

}  // namespace lifeboat::local
