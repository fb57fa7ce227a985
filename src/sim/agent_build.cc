#include <fmt/format.h>

#include <utility>

#include "sim/agent.h"
#include "sim/region.h"

// Building a region's database, and making a replica of what is none.

namespace lifeboat::sim {

using base::ErrorCode;
using base::fail;
using engine::Done;
using model::RegionRole;
using State = WriterRecord::State;

namespace {

constexpr Time build_limit = 100 * second;
constexpr Time source_limit = 20 * second;

}  // namespace

void Agent::on(const engine::EnsureAsset& effect, const Reply& reply) {
  if (auto fresh = accept(effect.epoch); !fresh) return reply(std::unexpected(fresh.error()));
  if (duty_.role == RegionRole::none) return reply(fail(ErrorCode::not_ready, "the region has no role yet"));
  if (effect.asset.name == "db-1") return ensure_database(effect.epoch, reply);
  process.after(ground_.work(10 * millisecond, 300 * millisecond), [this, reply] {
    if (!region_.door.process.up()) region_.door.process.start();
    reply(Done{});
  });
}

void Agent::ensure_database(base::Epoch, const Reply& reply) {
  if (duty_.role == RegionRole::active) return build_writer(reply);
  if (region_.record.state != State::none) {
    return reply(fail(ErrorCode::reign_over, "the region reigned and was not made a replica since"));
  }
  build_replica(reply);
}

void Agent::build_writer(const Reply& reply) {
  auto& record = region_.record;
  auto& database = region_.database;
  if (record.state != State::open) {
    if (record.state != State::none || record.established || database.in_recovery()) {
      return reply(fail(ErrorCode::stale_epoch, "its databases may not be started as a writer"));
    }
    record = {State::open, duty_.epoch, false};
  }
  if (!database.built()) database.initialise();
  start_database([this, reply] { await_lease(build_limit, reply, [this, reply] { finish_writer(reply); }); });
}

void Agent::finish_writer(const Reply& reply) {
  auto& record = region_.record;
  auto& database = region_.database;
  if (!database.accepts_writes()) return reply(fail(ErrorCode::postgres_failed, "the writer is gone"));
  if (!record.established) database.write_reign(record.epoch);
  record.established = true;
  reply(Done{});
}

void Agent::build_replica(const Reply& reply) {
  auto& database = region_.database;
  auto& source = region_.other().database;
  const auto epoch = duty_.epoch;
  const auto reachable = [this, &source, epoch] {
    return region_.network().is_open(region_.site(), region_.other().site()) && source.process.runs() &&
           source.accepts_writes() && source.reign() >= epoch;
  };
  const auto wait_streaming = [this, reply](bool) {
    start_database([this, reply] {
      wait_for(
          source_limit, [this] { return region_.database.streams(); },
          [reply](bool streams) {
            if (streams) return reply(Done{});
            reply(fail(ErrorCode::wait_expired, "the replica does not stream"));
          });
    });
  };
  if (database.built()) return wait_streaming(true);
  wait_for(source_limit, reachable, [this, reply, reachable, wait_streaming, &source](bool found) {
    if (!found) return reply(fail(ErrorCode::wait_expired, "the other region has no writer to copy"));
    process.after(ground_.work(50 * millisecond, 800 * millisecond), [this, reply, reachable, wait_streaming, &source] {
      if (!reachable()) return reply(fail(ErrorCode::postgres_failed, "the copy broke off"));
      if (!region_.database.built()) region_.database.copy(source);
      wait_streaming(true);
    });
  });
}

void Agent::on(const engine::Reprotect& effect, const Reply& reply) {
  if (auto fresh = accept(effect.epoch); !fresh) return reply(std::unexpected(fresh.error()));
  if (auto fresh = refuse_older(effect.epoch); !fresh) return reply(std::unexpected(fresh.error()));
  auto& record = region_.record;
  if (record.state != State::none && record.state != State::fenced && record.epoch == effect.epoch) {
    return reply(fail(ErrorCode::stale_epoch, "the region itself reigns in this epoch"));
  }
  if (record.state != State::none) record.state = State::fenced;
  if (region_.database.accepts_writes()) {
    stop_writer([this, effect, reply] { make_replica(effect, reply); });
  } else {
    make_replica(effect, reply);
  }
}

void Agent::make_replica(const engine::Reprotect& effect, const Reply& reply) {
  auto& source = region_.other().database;
  const auto epoch = effect.epoch;
  wait_for(
      source_limit,
      [this, &source, epoch] {
        return region_.network().is_open(region_.site(), region_.other().site()) && source.process.runs() &&
               source.accepts_writes() && source.reign() >= epoch;
      },
      [this, effect, reply](bool found) {
        if (!found) return reply(fail(ErrorCode::wait_expired, "the other region has no writer of this epoch"));
        rewind(effect, reply);
      });
}

void Agent::rewind(const engine::Reprotect& effect, const Reply& reply) {
  busy_ = true;
  process.after(ground_.work(50 * millisecond, 900 * millisecond), [this, effect, reply] {
    busy_ = false;
    auto& database = region_.database;
    auto& source = region_.other().database;
    engine::Reprotection done;
    if (!refuse_older(effect.epoch) || duty_.newest > effect.epoch) {
      return reply(fail(ErrorCode::stale_epoch, "a newer epoch has begun meanwhile"));
    }
    if (!source.accepts_writes() || !region_.network().is_open(region_.site(), region_.other().site())) {
      return reply(fail(ErrorCode::postgres_failed, "the source went away"));
    }
    if (!database.built()) {
      database.copy(source);
      done.method = engine::ReprotectMethod::rebuilt;
    } else if (!database.streams() || !database.in_recovery()) {
      database.process.crash();
      const auto divergence = database.divergence_from(source);
      done.diverged_transactions = database.export_after(divergence);
      done.method = engine::ReprotectMethod::rewound;
      database.rewind(source, divergence);
    }
    finish_replica(effect, done, reply);
  });
}

void Agent::finish_replica(const engine::Reprotect& effect, engine::Reprotection done, const Reply& reply) {
  region_.record = {State::none, effect.epoch, true};
  region_.database.forget_synchrony();
  if (done.diverged_transactions > 0) ++ground_.seen["diverged writes exported"];
  start_database([this, done = std::move(done), reply] {
    wait_for(
        source_limit, [this] { return region_.database.streams(); },
        [reply, done](bool streams) {
          if (streams) return reply(done);
          reply(fail(ErrorCode::wait_expired, "the replica does not stream"));
        });
  });
}

}  // namespace lifeboat::sim
