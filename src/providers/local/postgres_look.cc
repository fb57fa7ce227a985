#include "providers/local/postgres_look.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "providers/local/postgres_control.h"
#include "providers/local/postgres_process.h"

namespace lifeboat::local {
namespace {

// One row. A replica without a live receiver has no lag that anybody could know. Lag in time is nothing when everything
// the upstream has is replayed, whatever the age of the last transaction. New settings make commits wait once the
// checkpointer has read them, which it does where it waits and not while it writes out.
constexpr const char* look_sql = R"(
WITH me AS (SELECT pg_is_in_recovery() AS replica),
     receiver AS (SELECT status, sender_host, sender_port, received_tli, latest_end_lsn FROM pg_stat_wal_receiver),
     place AS (SELECT replica,
       CASE WHEN replica THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) ELSE pg_current_wal_lsn() END AS position,
       CASE WHEN replica THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS replayed FROM me)
SELECT replica, position, replayed,
  CASE WHEN replica THEN greatest((SELECT received_tli FROM receiver),
                                  (SELECT min_recovery_end_timeline FROM pg_control_recovery()),
                                  (SELECT timeline_id FROM pg_control_checkpoint()))
       ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END,
  (SELECT system_identifier FROM pg_control_system()),
  coalesce((SELECT status = 'streaming' FROM receiver), false),
  (SELECT sender_host FROM receiver), (SELECT sender_port FROM receiver),
  CASE WHEN replica THEN (SELECT greatest(0, greatest(latest_end_lsn, position) - replayed) FROM receiver WHERE status = 'streaming')
       ELSE 0 END,
  CASE WHEN NOT replica THEN 0
       ELSE (SELECT CASE WHEN greatest(latest_end_lsn, position) <= replayed THEN 0
                    ELSE (extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) * 1000)::bigint END
             FROM receiver WHERE status = 'streaming') END,
  (SELECT string_agg(concat_ws(' ', application_name, coalesce(flush_lsn, '0/0'), sync_state IN ('sync', 'quorum')), ' ')
    FROM pg_stat_replication WHERE state = 'streaming'),
  current_setting('synchronous_standby_names'),
  coalesce((SELECT wait_event IN ('CheckpointerMain', 'CheckpointWriteDelay')
    FROM pg_stat_activity WHERE backend_type = 'checkpointer'), false)
FROM place)";

template <class Number>
std::optional<Number> number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  Number value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc{}) return std::nullopt;
  return value;
}

std::vector<StandbyLook> standbys(const std::string& text) {
  std::istringstream stream(text);
  std::vector<StandbyLook> all;
  for (std::string name, position, synchronous; stream >> name >> position >> synchronous;) {
    all.push_back({name, parse_lsn(position).value_or(base::Lsn{}), synchronous == "t"});
  }
  return all;
}

void fill(NodeLook& look, const PostgresRows& answer) {
  const auto& row = answer.rows.front();
  look.answering = true;
  look.in_recovery = answer.text(0, 0) == "t";
  look.position = parse_lsn(answer.text(0, 1)).value_or(base::Lsn{});
  look.replayed = parse_lsn(answer.text(0, 2)).value_or(base::Lsn{});
  look.timeline = number<std::uint32_t>(row[3]).value_or(0);
  look.system_identifier = answer.text(0, 4);
  look.streaming = answer.text(0, 5) == "t";
  look.upstream_address = answer.text(0, 6);
  look.upstream_port = number<std::uint16_t>(row[7]).value_or(0);
  look.lag_bytes = number<std::uint64_t>(row[8]);
  look.lag_ms = number<std::int64_t>(row[9]);
  look.standbys = standbys(answer.text(0, 10));
  look.confirming = confirming_names(answer.text(0, 11));
  look.settings_in_force = answer.text(0, 12) == "t";
}

}  // namespace

bool NodeLook::waits_for(const std::string& application_name) const {
  return std::ranges::any_of(standbys, [&](const StandbyLook& standby) {
    return standby.synchronous && standby.application_name == application_name;
  });
}

void LagBound::apply(NodeLook& look, base::Instant now) {
  const bool is_same = complete_ && complete_->pid == look.pid && complete_->upstream_address == look.upstream_address;
  if (!is_same) complete_.reset();
  if (!look.in_recovery || !look.lag_ms) return;
  if (*look.lag_ms == 0) {
    complete_ = {now, look.pid, look.upstream_address};
    return;
  }
  const auto since = complete_ ? std::chrono::ceil<base::Milliseconds>(now - complete_->at).count() : *look.lag_ms;
  look.lag_ms = std::max<std::int64_t>(std::min<std::int64_t>(*look.lag_ms, since), 1);
}

NodeLook NodeObserver::look(base::Milliseconds timeout, base::Instant now) {
  const std::lock_guard lock(mutex_);
  look_again(timeout, now);
  return last_;
}

NodeLook NodeObserver::recent(base::Milliseconds age, base::Milliseconds timeout, base::Instant now) {
  const std::lock_guard lock(mutex_);
  if (!seen_at_ || now - *seen_at_ > age) look_again(timeout, now);
  return last_;
}

void NodeObserver::look_again(base::Milliseconds timeout, base::Instant now) {
  last_ = look_now(timeout);
  lag_bound_.apply(last_, now);
  seen_at_ = now;
}

NodeLook NodeObserver::look_now(base::Milliseconds timeout) {
  NodeLook look;
  look.installed = node_.installed();
  look.pid = node_.pid();
  if (look.pid == 0) {
    client_.reset();
    look.refusal = look.installed ? "its server does not run" : "it has no data";
    return look;
  }
  if (is_suspended(look.pid)) {
    // A connection from before would still be served, and no new one.
    look.refusal = "its server is suspended (SIGSTOP)";
    return look;
  }
  if (client_ && (!client_->usable() || client_pid_ != look.pid)) client_.reset();
  if (!client_) {
    auto connected = node_.connect(timeout);
    if (!connected) {
      look.refusal = connected.error().message;
      return look;
    }
    client_ = std::move(*connected);
    client_pid_ = look.pid;
  }
  const auto answer = client_->query(look_sql, timeout);
  if (answer && !answer->rows.empty()) {
    fill(look, *answer);
  } else {
    look.refusal = answer ? "it answered nothing" : answer.error().message;
    client_.reset();
  }
  return look;
}

}  // namespace lifeboat::local
