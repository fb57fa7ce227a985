#include <fmt/format.h>

#include "providers/local/postgres_control.h"
#include "providers/local/postgres_files.h"
#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

using base::ErrorCode;
using State = WriterRecord::State;

base::Result<engine::Promotion> RegionDatabase::Impl::promote(base::Epoch epoch, const Deadline& deadline) {
  if (auto fresh = refuse_older(epoch); !fresh) return std::unexpected(fresh.error());
  auto lock = lock_region(deadline);
  if (!lock) return std::unexpected(lock.error());
  const auto before = record();
  if (!before) return std::unexpected(before.error());
  if (before->state == State::fenced && before->epoch == epoch) {
    return base::fail(ErrorCode::stale_epoch, fmt::format("{}: epoch {} is fenced, so nothing is promoted in it",
                                                          context_.region.name.value, epoch.value));
  }
  const bool again = before->epoch == epoch && (before->state == State::open || before->state == State::promoting);
  Member* chosen = again ? find(before->writer) : nullptr;
  if (chosen == nullptr || (before->state == State::promoting && chosen->node.pid() == 0)) {
    auto candidate = choose_candidate(deadline);
    if (!candidate) return std::unexpected(candidate.error());
    chosen = *candidate;
  }
  if (again && before->state == State::open) return promotion_of(*chosen, deadline);
  return promote_in(epoch, *chosen, deadline);
}

base::Result<engine::Promotion> RegionDatabase::Impl::promote_in(base::Epoch epoch, Member& chosen,
                                                                 const Deadline& deadline) {
  const auto begun = change_record([&](WriterRecord& next) -> base::Status {
    next = {.state = State::promoting,
            .epoch = epoch,
            .established = true,
            .writer = chosen.node.name(),
            .synchronous_standby = {},
            .synchronous_replica = {}};
    return {};
  });
  if (!begun) return std::unexpected(begun.error());
  auto promotion = promote_member(chosen, deadline);
  if (!promotion) return promotion;
  if (auto written = write_reign(chosen, epoch, deadline); !written) return std::unexpected(written.error());
  const auto opened = change_record([&](WriterRecord& next) -> base::Status {
    if (next.state != State::promoting || next.epoch != epoch) {
      return base::fail(ErrorCode::stale_epoch, fmt::format("{} was fenced while {} was being promoted",
                                                            context_.region.name.value, chosen.node.name()));
    }
    next.state = State::open;
    return {};
  });
  if (!opened) return std::unexpected(opened.error());
  {
    const std::lock_guard state(state_mutex_);
    confirmed_ = std::max(confirmed_, epoch);
    writer_ = chosen.node.name();
  }
  memory_ = {};
  checkpoint_later(chosen);
  return promotion;
}

base::Result<RegionDatabase::Impl::Member*> RegionDatabase::Impl::choose_candidate(const Deadline& deadline) {
  // Where commits waited for one of the nodes, that one has every acknowledged write, and nobody here knows which it
  // is: one that is silent is waited for a while before another is taken.
  const auto settle_by = context_.clock.now() + (across_ ? base::Milliseconds{2000} : base::Milliseconds{0});
  Member* best = nullptr;
  base::Lsn position;
  std::string seen;
  wait_for(deadline, base::Milliseconds{20}, [&] {
    const auto looks = look_all();
    seen.clear();
    best = nullptr;
    bool all_answer = true;
    for (std::size_t index = 0; index < looks.size(); ++index) {
      Member& member = *members_[index];
      seen += fmt::format("{}{}", seen.empty() ? "" : "; ", member.node.name() + ": " + looks[index].refusal);
      if (looks[index].answering && looks[index].in_recovery && (best == nullptr || looks[index].position > position)) {
        best = &member;
        position = looks[index].position;
      }
      all_answer = all_answer && (looks[index].answering || !looks[index].installed);
      const bool down = looks[index].installed && looks[index].pid == 0 && member.node.is_standby();
      if ((best == nullptr || across_) && down) (void)start_replica(member, member.node.followed());
    }
    return best != nullptr && (all_answer || context_.clock.now() >= settle_by);
  });
  if (best != nullptr) return best;
  return base::fail(ErrorCode::postgres_failed,
                    fmt::format("{} has no replica that could be promoted ({})", context_.region.name.value, seen));
}

base::Result<engine::Promotion> RegionDatabase::Impl::promote_member(Member& member, const Deadline& deadline) {
  auto client = member.node.connect(deadline.at_most(base::Milliseconds{1000}));
  if (!client) return std::unexpected(client.error());
  const auto recovering = client->query("SELECT pg_is_in_recovery()", deadline.remaining());
  if (!recovering) return std::unexpected(recovering.error());
  if (recovering->text(0, 0) == "t") {
    // Asked without waiting: the server's own wait looks every 100 ms only.
    const auto asked = client->query("SELECT pg_promote(false)", deadline.remaining());
    if (!asked) return std::unexpected(asked.error());
  }
  const bool promoted = wait_for(deadline, base::Milliseconds{2}, [&] {
    const auto answer = client->query("SELECT pg_is_in_recovery()", deadline.at_most(base::Milliseconds{1000}));
    return answer && answer->text(0, 0) == "f";
  });
  if (!promoted) {
    return base::fail(ErrorCode::wait_expired,
                      fmt::format("{} was told to promote itself and did not", member.node.application_name()));
  }
  return promotion_of(member, deadline);
}

engine::Promotion RegionDatabase::Impl::promotion_of(Member& member, const Deadline& deadline) {
  engine::Promotion promotion{.node = member.node.name(), .timeline = 0, .position = {}};
  const auto look = member.observer.look(deadline.at_most(look_timeout), context_.clock.now());
  promotion.timeline = look.timeline;
  promotion.position = look.position;
  const auto history = read_text_file(member.node.paths().data() / "pg_wal" / history_file_name(look.timeline));
  const auto ends = history ? parse_timeline_history(*history) : std::vector<TimelineEnd>{};
  if (!ends.empty()) promotion.position = ends.back().end;
  return promotion;
}

void RegionDatabase::Impl::checkpoint_later(Member& member) {
  // pg_rewind against a promoted node that has not checkpointed since finds nothing to rewind.
  checkpointer_ = std::jthread([&node = member.node] {
    auto client = node.connect(base::Milliseconds{2000});
    if (client) (void)client->query("CHECKPOINT", base::Milliseconds{10'000});
  });
}

}  // namespace lifeboat::local
