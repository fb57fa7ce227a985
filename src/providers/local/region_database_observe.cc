#include <fmt/format.h>

#include <future>

#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

using model::AssetState;
using model::DatabaseRole;

std::vector<NodeLook> RegionDatabase::Impl::look_all() {
  // At once, so that a node that hangs does not delay what is seen of the others.
  std::vector<std::future<NodeLook>> pending;
  const auto now = context_.clock.now();
  for (std::size_t index = 1; index < members_.size(); ++index) {
    pending.push_back(std::async(std::launch::async, [member = members_[index].get(), now] {
      return member->observer.look(look_timeout, now);
    }));
  }
  std::vector<NodeLook> looks;
  if (!members_.empty()) looks.push_back(members_.front()->observer.look(look_timeout, now));
  for (auto& look : pending) looks.push_back(look.get());

  const std::lock_guard lock(state_mutex_);
  writer_.clear();
  for (std::size_t index = 0; index < looks.size(); ++index) {
    if (looks[index].accepts_writes()) writer_ = members_[index]->node.name();
  }
  return looks;
}

DatabaseRole RegionDatabase::Impl::role_of(Member& member, const NodeLook& look, const std::vector<NodeLook>& all) {
  if (!look.installed) return DatabaseRole::none;
  if (look.accepts_writes()) return DatabaseRole::writer;
  if (!look.answering && !member.node.is_standby()) return DatabaseRole::none;
  const auto follows = member.node.followed();
  if (follows.empty()) return DatabaseRole::cross_region_replica;
  const auto known = record();
  // Recorded only once it has every write acknowledged before: who shows this role may be promoted without a loss.
  const bool counts = known && known->synchronous_standby == member.node.name();
  for (std::size_t index = 0; index < all.size(); ++index) {
    if (members_[index]->node.name() != follows || !all[index].accepts_writes()) continue;
    const bool waits = all[index].waits_for(member.node.application_name());
    return counts && waits ? DatabaseRole::synchronous_standby : DatabaseRole::asynchronous_standby;
  }
  return assignment().role == model::RegionRole::active ? DatabaseRole::asynchronous_standby
                                                        : DatabaseRole::cascading_standby;
}

model::ObservedDatabaseNode RegionDatabase::Impl::describe(Member& member, const NodeLook& look,
                                                           const std::vector<NodeLook>& all) {
  const auto& placement = member.node.placement();
  model::ObservedDatabaseNode seen;
  seen.name = placement.name;
  seen.zone = placement.zone;
  seen.address = placement.endpoint.address;
  seen.port = placement.endpoint.port;
  seen.role = role_of(member, look, all);
  seen.pid = look.pid;
  seen.detail = look.refusal;
  if (look.pid == 0) {
    seen.state = look.installed ? AssetState::stopped : AssetState::absent;
  } else if (!look.answering) {
    const bool begins = look.refusal.find("starting up") != std::string::npos;
    seen.state = begins ? AssetState::starting : AssetState::failing;
  } else if (look.in_recovery && !look.streaming) {
    seen.state = AssetState::failing;
    seen.detail = "it receives from no upstream";
  } else {
    seen.state = AssetState::ready;
  }
  if (!look.answering) return seen;
  seen.system_identifier = look.system_identifier;
  seen.timeline = look.timeline;
  seen.position = look.position;
  seen.replayed = look.replayed;
  seen.streaming = look.streaming;
  seen.accepts_writes = look.accepts_writes();
  if (look.in_recovery && look.streaming)
    seen.upstream = fmt::format("{}:{}", look.upstream_address, look.upstream_port);
  seen.lag_bytes = look.lag_bytes;
  seen.lag_ms = look.lag_ms;
  return seen;
}

std::vector<model::ObservedDatabaseNode> RegionDatabase::Impl::observe() {
  const auto looks = look_all();
  std::vector<model::ObservedDatabaseNode> nodes;
  for (std::size_t index = 0; index < members_.size(); ++index) {
    nodes.push_back(describe(*members_[index], looks[index], looks));
  }
  return nodes;
}

base::Status RegionDatabase::Impl::wait_answering(Member& member, bool as_writer, const Deadline& deadline) {
  NodeLook look;
  const bool answers = wait_for(deadline, base::Milliseconds{10}, [&] {
    look = member.observer.look(deadline.at_most(look_timeout), context_.clock.now());
    return look.answering && look.in_recovery != as_writer;
  });
  if (answers) return {};
  return base::fail(base::ErrorCode::wait_expired,
                    fmt::format("{} does not answer as a {}: {}", member.node.application_name(),
                                as_writer ? "writer" : "replica", look.answering ? "wrong role" : look.refusal));
}

base::Status RegionDatabase::Impl::wait_streaming(Member& member, const Deadline& deadline) {
  NodeLook look;
  const bool streams = wait_for(deadline, base::Milliseconds{10}, [&] {
    look = member.observer.look(deadline.at_most(look_timeout), context_.clock.now());
    return look.answering && look.in_recovery && look.streaming;
  });
  if (streams) return {};
  return base::fail(base::ErrorCode::wait_expired,
                    fmt::format("{} does not stream from its upstream{}{}", member.node.application_name(),
                                look.answering ? "" : ": ", look.refusal));
}

}  // namespace lifeboat::local
