#include "providers/local/drill_clone.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "providers/local/postgres_control.h"
#include "providers/local/postgres_files.h"
#include "providers/local/postgres_process.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr const char* database_name = "drill-db";
constexpr const char* web_name = "drill-web";
constexpr Milliseconds question_limit{2'000};

RegionContext context_with(const RegionContext& region, const RegionLayout& layout, const Programs& programs) {
  return {.stack = region.stack,
          .layout = region.layout,
          .region = layout,
          .stack_paths = region.stack_paths,
          .paths = region.paths,
          .secrets = region.secrets,
          .programs = programs,
          .clock = region.clock,
          .supervisor = region.supervisor,
          .stack_folder = region.stack_folder};
}

Placement place(const RegionLayout& region, const char* name, int host, std::uint16_t port) {
  return {name, region.pool.zone, {fmt::format("{}0.{}", region.address_prefix, host), port}};
}

RegionLayout with_pool_at(RegionLayout layout, Endpoint endpoint) {
  layout.pool.endpoint = std::move(endpoint);
  return layout;
}

Programs without_leases(Programs programs) {
  programs.lease_extension.clear();
  return programs;
}

base::Error busy() {
  return base::fail(ErrorCode::wait_expired, "another request works on the drill's clone").error();
}

}  // namespace

DrillClone::DrillClone(const RegionContext& region)
    : layout_(with_pool_at(region.region, place(region.region, database_name, 90, 5432).endpoint)),
      programs_(without_leases(region.programs)),
      context_(context_with(region, layout_, programs_)),
      web_place_(place(region.region, web_name, 91, region.stack.web.port)),
      database_(context_, place(region.region, database_name, 90, 5432)),
      web_(context_, web_place_),
      file_(region.paths.root / "drill.json") {}

DrillClone::~DrillClone() {
  making_.request_stop();
}

std::stop_token DrillClone::new_stop() {
  making_ = std::stop_source();
  return making_.get_token();
}

base::Status DrillClone::begin(base::WallTime begun, const Deadline& deadline) {
  if (auto removed = remove(deadline); !removed) return removed;
  const std::lock_guard lock(mutex_);
  auto known = record();
  if (!known) return std::unexpected(known.error());
  if (auto fresh = goes_on(*known, begun); !fresh) return fresh;
  known->begun = begun;
  known->promotion.reset();
  return save_drill_record(file_, *known);
}

base::Result<base::Lsn> DrillClone::make(base::WallTime begun, const Endpoint& source, base::Instant at) {
  const Deadline deadline(context_.clock, at);
  const std::unique_lock work(working_, deadline.remaining());
  if (!work) return std::unexpected(busy());
  std::stop_token stop;
  {
    const std::lock_guard lock(mutex_);
    stop = new_stop();
  }
  if (auto begins = begin(begun, deadline); !begins) return std::unexpected(begins.error());
  if (auto copied = database_.copy_from(source, deadline, stop); !copied) return std::unexpected(copied.error());
  if (auto alone = database_.follow({}, ""); !alone) return std::unexpected(alone.error());
  if (const auto started = database_.start(); !started) return std::unexpected(started.error());
  return await_position(deadline);
}

base::Result<base::Lsn> DrillClone::await_position(const Deadline& deadline) const {
  base::Result<base::Lsn> position = base::fail(ErrorCode::wait_expired, "the clone does not answer");
  wait_for(deadline, Milliseconds{20}, [&] {
    auto client = database_.connect(deadline.at_most(question_limit));
    const auto answer = client ? client->query("SELECT pg_last_wal_replay_lsn()", deadline.at_most(question_limit))
                               : std::unexpected(client.error());
    if (!answer) position = std::unexpected(answer.error());
    const auto found = answer ? parse_lsn(answer->text(0, 0)) : std::nullopt;
    if (found) position = *found;
    return found.has_value();
  });
  return position;
}

base::Result<Milliseconds> DrillClone::promote(base::WallTime begun, base::Instant at) {
  const Deadline deadline(context_.clock, at);
  const std::unique_lock work(working_, deadline.remaining());
  if (!work) return std::unexpected(busy());
  auto known = record();
  if (!known) return std::unexpected(known.error());
  if (auto fresh = goes_on(*known, begun); !fresh) return std::unexpected(fresh.error());
  if (known->begun != begun) return base::fail(ErrorCode::stale_epoch, "there is no clone of this drill");
  if (!known->promotion) {
    const auto took = promote_database(deadline);
    if (!took) return took;
    const std::lock_guard lock(mutex_);
    if (known = record(); !known) return std::unexpected(known.error());
    known->promotion = *took;
    if (auto saved = save_drill_record(file_, *known); !saved) return std::unexpected(saved.error());
  }
  if (auto serves = web_.ensure(deadline.at()); !serves) return std::unexpected(serves.error());
  return *known->promotion;
}

base::Result<Milliseconds> DrillClone::promote_database(const Deadline& deadline) {
  auto client = database_.connect(deadline.at_most(question_limit));
  if (!client) return std::unexpected(client.error());
  const auto recovers = client->query("SELECT pg_is_in_recovery()", deadline.at_most(question_limit));
  if (!recovers) return std::unexpected(recovers.error());
  if (recovers->text(0, 0) != "t") {
    return base::fail(ErrorCode::effect_failed, "the clone was promoted, and how long it took is not known");
  }
  const auto begin = context_.clock.now();
  const auto seconds = std::max<std::int64_t>(deadline.remaining().count() / 1000, 1);
  const auto promoted = client->query(fmt::format("SELECT pg_promote(true, {})", seconds), deadline.remaining());
  if (!promoted) return std::unexpected(promoted.error());
  if (promoted->text(0, 0) != "t") return base::fail(ErrorCode::wait_expired, "the clone's promotion did not end");
  return std::chrono::duration_cast<Milliseconds>(context_.clock.now() - begin);
}

base::Status DrillClone::discard(base::WallTime begun, base::Instant at) {
  const Deadline deadline(context_.clock, at);
  {
    const std::lock_guard lock(mutex_);
    auto known = record();
    if (!known) return std::unexpected(known.error());
    *known = discarded(*known, begun);
    if (auto saved = save_drill_record(file_, *known); !saved) return saved;
    making_.request_stop();
  }
  const std::unique_lock work(working_, deadline.remaining());
  if (!work) return std::unexpected(busy());
  return remove(deadline);
}

base::Status DrillClone::remove(const Deadline& deadline) {
  if (auto stopped = web_.stop(); !stopped) return stopped;
  if (auto killed = database_.kill(deadline); !killed) return killed;
  for (const auto* name : {database_name, web_name}) {
    const auto folder = context_.paths.asset(name);
    if (auto ended = end_processes_in(folder, deadline); !ended) return std::unexpected(ended.error());
    if (auto removed = remove_tree(folder); !removed) return removed;
    std::error_code ignored;
    std::filesystem::remove(context_.paths.log(name), ignored);
  }
  return {};
}

}  // namespace lifeboat::local
