#include <fmt/format.h>

#include <algorithm>

#include "providers/local/postgres_control.h"
#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

using base::ErrorCode;
using State = WriterRecord::State;

base::Result<engine::FenceCertificate> RegionDatabase::Impl::fence(base::Epoch epoch, const Deadline& deadline) {
  // The record first: whatever is under way finds it before it lets a server commit, and no successor of this process
  // starts one.
  const auto fenced = change_record([&](WriterRecord& next) -> base::Status {
    if (epoch < next.epoch) {
      return base::fail(ErrorCode::stale_epoch, fmt::format("{}: asked to fence epoch {}, but epoch {} has begun",
                                                            context_.region.name.value, epoch.value, next.epoch.value));
    }
    next.state = State::fenced;
    next.epoch = epoch;
    return {};
  });
  if (!fenced) return std::unexpected(fenced.error());
  for (auto& member : members_) member->job.request_stop();
  auto lock = lock_region(deadline);
  if (!lock) return std::unexpected(lock.error());
  engine::FenceCertificate certificate{.region = context_.region.name,
                                       .method = engine::FenceMethod::direct,
                                       .epoch = epoch,
                                       .evidence = {fmt::format("{}: fenced up to epoch {} by a record that survives "
                                                                "restarts",
                                                                context_.region.name.value, epoch.value)},
                                       .final_position = std::nullopt};
  if (auto stopped = stop_writers(certificate, deadline); !stopped) return std::unexpected(stopped.error());
  const std::lock_guard state(state_mutex_);
  writer_.clear();
  return certificate;
}

base::Status RegionDatabase::Impl::suspend(const Deadline& deadline) {
  {
    const std::lock_guard state(state_mutex_);
    suspended_ = true;
  }
  auto lock = lock_region(deadline);
  if (!lock) return std::unexpected(lock.error());
  engine::FenceCertificate unused;
  if (auto stopped = stop_writers(unused, deadline); !stopped) return stopped;
  const std::lock_guard state(state_mutex_);
  writer_.clear();
  return {};
}

base::Status RegionDatabase::Impl::resume(const Deadline& deadline) {
  auto lock = lock_region(deadline);
  if (!lock) return std::unexpected(lock.error());
  {
    const std::lock_guard state(state_mutex_);
    suspended_ = false;
  }
  // In the same change: the keeper would promote the standby of a writer that does not run. It looks after one that
  // does not start.
  const auto known = record();
  Member* writer = known && may_commit() ? find(known->writer) : nullptr;
  if (writer == nullptr || !writer->node.installed()) return {};
  if (auto started = start_writer_process(*writer); !started) say(started.error().text());
  return {};
}

base::Status RegionDatabase::Impl::stop_writers(engine::FenceCertificate& certificate, const Deadline& deadline) {
  const auto writer = record()->writer;
  for (auto& member : members_) {
    auto& node = member->node;
    if (node.installed() && node.is_standby()) {
      certificate.evidence.push_back(fmt::format("{}: its data is a replica's, it cannot commit", node.name()));
      continue;
    }
    const auto evidence = node.stop(deadline, deadline.remaining() / 2);
    if (!evidence) return std::unexpected(evidence.error());
    certificate.evidence.insert(certificate.evidence.end(), evidence->begin(), evidence->end());
    if (node.name() == writer && node.installed()) {
      certificate.final_position = final_position(*member, deadline);
      if (certificate.final_position) {
        certificate.evidence.push_back(
            fmt::format("{}: its last position is {}", node.name(), base::to_string(*certificate.final_position)));
      }
    }
  }
  return {};
}

std::optional<base::Lsn> RegionDatabase::Impl::final_position(Member& member, const Deadline& deadline) {
  const auto& bin = context_.programs.postgres_bin;
  const auto data = member.node.paths().data();
  const auto control = read_control_data(bin, data, deadline);
  if (!control) return std::nullopt;
  // A clean shutdown ends with its checkpoint's record; replicas receive it before their sender lets the server end.
  const auto end = control->shut_down()
                       ? read_end_of_record(data, control->timeline, control->checkpoint, control->segment_bytes)
                       : find_end_of_wal(bin, data, control->timeline, control->redo, control->segment_bytes, deadline);
  if (!end) return std::nullopt;
  return *end;
}

base::Result<base::Lsn> RegionDatabase::Impl::drain(base::Lsn until, const Deadline& deadline) {
  std::vector<std::optional<PostgresClient>> clients(members_.size());
  base::Lsn best;
  const bool drained = wait_for(deadline, base::Milliseconds{2}, [&] {
    for (std::size_t index = 0; index < members_.size(); ++index) {
      auto& node = members_[index]->node;
      if (node.pid() == 0) continue;
      if (!clients[index] || !clients[index]->usable()) {
        clients[index].reset();
        if (auto connected = node.connect(deadline.at_most(look_timeout))) clients[index] = std::move(*connected);
      }
      if (!clients[index]) continue;
      const auto answer = clients[index]->query("SELECT pg_last_wal_replay_lsn()", deadline.at_most(look_timeout));
      if (answer) best = std::max(best, parse_lsn(answer->text(0, 0)).value_or(base::Lsn{}));
    }
    return best >= until;
  });
  if (drained) return best;
  return base::fail(ErrorCode::wait_expired,
                    fmt::format("{}: the replica has replayed up to {}, not up to {}", context_.region.name.value,
                                base::to_string(best), base::to_string(until)));
}

base::Status RegionDatabase::Impl::checkpoint(const Deadline& deadline) {
  const auto name = record() ? record()->writer : "";
  Member* member = find(name);
  if (member == nullptr) {
    return base::fail(ErrorCode::postgres_failed, fmt::format("{} has no writer", context_.region.name.value));
  }
  auto client = member->node.connect(deadline.at_most(base::Milliseconds{2000}));
  if (!client) return std::unexpected(client.error());
  const auto done = client->query("CHECKPOINT", deadline.remaining());
  if (!done) return std::unexpected(done.error());
  return {};
}

/// The servers may have been promoted already, and the writer may be theirs: going on is all that can be done.
base::Status RegionDatabase::Impl::finish_promotion(base::Epoch epoch, const Deadline& deadline) {
  const auto begun = change_record([&](WriterRecord& next) -> base::Status {
    if (next.state == State::promoting && epoch >= next.epoch) next.epoch = epoch;
    return {};
  });
  if (!begun) return begun;
  const auto promoted = promote(epoch, deadline);
  if (!promoted) return std::unexpected(promoted.error());
  return {};
}

/// The region's first writer was never made completely, so nothing is to be opened: what is ensured next is of this
/// epoch.
base::Status RegionDatabase::Impl::begin_anew(base::Epoch epoch) {
  return change_record([&](WriterRecord& next) -> base::Status {
    if (next.state == State::none) return {};
    next.state = State::open;
    next.epoch = epoch;
    return {};
  });
}

base::Status RegionDatabase::Impl::reopen_writer(base::Epoch epoch, const Deadline& deadline) {
  if (auto fresh = refuse_older(epoch); !fresh) return fresh;
  const auto before = record();
  if (!before) return std::unexpected(before.error());
  const bool has_replica = std::ranges::any_of(
      members_, [](const auto& member) { return member->node.installed() && member->node.is_standby(); });
  if (before->state == State::promoting || (before->state == State::none && has_replica)) {
    return finish_promotion(epoch, deadline);
  }
  if (!before->established) return begin_anew(epoch);
  // One change for the keeper: an open region whose writer does not run is one whose writer is lost.
  auto lock = lock_region(deadline);
  if (!lock) return std::unexpected(lock.error());
  const auto opened = change_record([&](WriterRecord& next) -> base::Status {
    // A fence that never came, or another controller's reign, leaves a writer open whose epoch is to be brought up.
    const bool open = next.state == State::open && epoch >= next.epoch;
    if (open || (next.state == State::fenced && epoch > next.epoch)) {
      next.state = State::open;
      next.epoch = epoch;
      return {};
    }
    return base::fail(ErrorCode::stale_epoch,
                      fmt::format("{}: epoch {} is {}, so it cannot be reopened in epoch {}",
                                  context_.region.name.value, next.epoch.value, to_string(next.state), epoch.value));
  });
  if (!opened) return opened;
  {
    const std::lock_guard state(state_mutex_);
    confirmed_ = std::max(confirmed_, epoch);
  }
  Member* member = find(record()->writer);
  if (member == nullptr) {
    return base::fail(ErrorCode::postgres_failed, fmt::format("{} never had a writer", context_.region.name.value));
  }
  if (auto started = start_writer_process(*member); !started) return started;
  lock->unlock();
  if (auto answers = wait_answering(*member, true, deadline); !answers) return answers;
  return write_reign(*member, epoch, deadline);
}

}  // namespace lifeboat::local
