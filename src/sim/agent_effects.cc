#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "sim/agent.h"
#include "sim/region.h"

// What an agent does when a controller tells it to, answering as docs/provider-contract.md says.

namespace lifeboat::sim {

using base::ErrorCode;
using base::fail;
using engine::AgentDuty;
using engine::Done;
using model::RegionRole;
using model::TrafficMode;
using State = WriterRecord::State;

namespace {

constexpr Time effect_limit = 10 * second;
constexpr Time writer_limit = 30 * second;

}  // namespace

void Agent::perform(const engine::Effect& effect, const engine::Term& term, const Reply& answer) {
  if (auto obeyed = obey(term); !obeyed) return answer(std::unexpected(obeyed.error()));
  ground_.tell([&] { return fmt::format("{} begins {}", process.name(), effect.id.value); });
  const auto reply = [this, id = effect.id, answer](base::Result<engine::Outcome> result) {
    ground_.tell([&] {
      return fmt::format("{} {} {}", process.name(), result ? "has done" : "could not do", id.value) +
             (result ? "" : ": " + result.error().message);
    });
    answer(std::move(result));
  };
  std::visit([&](const auto& body) { on(body, reply); }, effect.body);
}

base::Status Agent::refuse_older(base::Epoch epoch) const {
  const auto newest = std::max(region_.record.epoch, duty_.epoch);
  if (epoch >= newest) return {};
  return fail(ErrorCode::stale_epoch,
              fmt::format("asked in epoch {}, but epoch {} has begun", epoch.value, newest.value));
}

void Agent::on(const engine::AssignRole& effect, const Reply& reply) {
  const auto kept = change_and_publish(
      [&](const AgentDuty& duty) { return engine::assigned(duty, effect.role, effect.active_region, effect.epoch); });
  if (!kept) return reply(std::unexpected(kept.error()));
  region_.door.target = effect.role == RegionRole::active ? &region_ : &region_.other();
  process.after(ground_.work(millisecond, 20 * millisecond), [reply] { reply(Done{}); });
}

void Agent::on(const engine::SetTraffic& effect, const Reply& reply) {
  if (auto fresh = accept(effect.epoch); !fresh) return reply(std::unexpected(fresh.error()));
  process.after(ground_.work(millisecond, 50 * millisecond), [this, mode = effect.mode, reply] {
    if (!region_.door.process.up()) region_.door.process.start();
    region_.door.mode = mode;
    reply(Done{});
  });
}

void Agent::on(const engine::PrepareSwitchover& effect, const Reply& reply) {
  if (auto fresh = accept(effect.epoch); !fresh) return reply(std::unexpected(fresh.error()));
  process.after(ground_.work(5 * millisecond, 200 * millisecond), [this, reply] {
    if (!region_.database.accepts_writes()) return reply(fail(ErrorCode::postgres_failed, "there is no writer"));
    reply(Done{});
  });
}

void Agent::on(const engine::HoldWrites& effect, const Reply& reply) {
  if (auto fresh = accept(effect.epoch); !fresh) return reply(std::unexpected(fresh.error()));
  if (!region_.door.process.up()) return reply(fail(ErrorCode::effect_failed, "the pool does not run"));
  region_.door.hold();
  process.after(ground_.work(10 * millisecond, 200 * millisecond), [reply] { reply(Done{}); });
}

void Agent::on(const engine::ReleaseWrites& effect, const Reply& reply) {
  if (auto fresh = accept(effect.epoch); !fresh) return reply(std::unexpected(fresh.error()));
  auto& writer = effect.writer_region == region_.name() ? region_ : region_.other();
  // The other region's writer is asked in truth; here only that the question can be answered is looked at.
  wait_for(
      effect_limit,
      [this, &writer] {
        const bool reachable = &writer == &region_ || (region_.network().is_open(region_.site(), writer.site()) &&
                                                       region_.network().is_open(writer.site(), region_.site()));
        return reachable && writer.database.accepts_writes() && writer.database.process.runs();
      },
      [this, &writer, reply](bool found) {
        if (!found) return reply(fail(ErrorCode::wait_expired, "no database accepts writes there"));
        region_.door.target = &writer;
        region_.door.release();
        reply(Done{});
      });
}

void Agent::on(const engine::PromiseEpoch& effect, const Reply& reply) {
  const auto epoch = effect.epoch;
  auto kept = change_and_publish([epoch](const AgentDuty& duty) { return engine::accepted(duty, epoch); });
  if (!kept) return reply(std::unexpected(kept.error()));
  reply(leases_->promised(region_.now()));
}

void Agent::on(const engine::FenceRegion& effect, const Reply& reply) {
  const auto epoch = effect.epoch;
  auto kept = change_and_publish([epoch](const AgentDuty& duty) { return engine::fenced(duty, epoch); });
  if (!kept) return reply(std::unexpected(kept.error()));
  auto& record = region_.record;
  if (epoch < record.epoch) return reply(fail(ErrorCode::stale_epoch, "a newer epoch has begun"));
  record.state = State::fenced;
  record.epoch = epoch;
  if (!effect.planned) region_.door.mode = TrafficMode::closed;
  stop_writer([this, epoch, reply] {
    reply(engine::FenceCertificate{region_.name(),
                                   engine::FenceMethod::direct,
                                   epoch,
                                   {"the writer has stopped and a record keeps it so"},
                                   lsn_of(region_.database.position())});
  });
}

/// A server that shuts down sends its replicas everything first, if it can.
void Agent::stop_writer(const std::function<void()>& then) {
  busy_ = true;
  process.after(ground_.work(10 * millisecond, 400 * millisecond), [this, then] {
    busy_ = false;
    auto& database = region_.database;
    if (!database.accepts_writes()) return then();
    auto& replica = region_.other().database;
    const auto position = replica.position();
    const bool follows = replica.streams() && position <= database.position() && replica.process.runs();
    if (follows && database.process.runs()) {
      const auto last = database.everything_after(position);
      region_.network().call<bool>(
          here(), {region_.other().site(), &replica.process}, second,
          [&replica, last](const Answer<bool>& answer) {
            replica.receive(last);
            answer(true);
          },
          [](const base::Result<bool>&) {});
    }
    database.process.crash();
    then();
  });
}

void Agent::on(const engine::DrainReplication& effect, const Reply& reply) {
  const auto until = position_of(effect.until);
  wait_for(
      effect_limit, [this, until] { return region_.database.position() >= until; },
      [this, reply](bool drained) {
        if (!drained) return reply(fail(ErrorCode::wait_expired, "the replica lacks what the writer wrote last"));
        reply(engine::Position{lsn_of(region_.database.position())});
      });
}

void Agent::on(const engine::Promote& effect, const Reply& reply) {
  const auto epoch = effect.epoch;
  auto kept = change_and_publish([epoch](const AgentDuty& duty) { return engine::opened(duty, epoch); });
  if (!kept) return reply(std::unexpected(kept.error()));
  if (auto fresh = refuse_older(epoch); !fresh) return reply(std::unexpected(fresh.error()));
  auto& record = region_.record;
  if (record.state == State::fenced && record.epoch == epoch) return reply(fail(ErrorCode::stale_epoch, "fenced"));
  if (record.state == State::open && record.epoch == epoch) return open_promoted(epoch, reply);
  if (!region_.database.built()) return reply(fail(ErrorCode::postgres_failed, "there is no replica"));
  promote_data(epoch, reply);
}

void Agent::promote_data(base::Epoch epoch, const Reply& reply) {
  region_.record = {State::promoting, epoch, true};
  busy_ = true;
  process.after(ground_.work(20 * millisecond, 500 * millisecond), [this, epoch, reply] {
    busy_ = false;
    if (region_.record.state == State::fenced) return reply(fail(ErrorCode::stale_epoch, "fenced meanwhile"));
    auto& database = region_.database;
    if (!database.process.up()) database.start();
    if (database.in_recovery()) {
      checkers_.promoted(region_, region_.other(), epoch);
      database.forget_synchrony();
      database.promote();
    }
    open_promoted(epoch, reply);
  });
}

/// A writer of the epoch is there; it is open when the reign stands in its data, which takes a lease.
void Agent::open_promoted(base::Epoch epoch, const Reply& reply) {
  await_lease(writer_limit, reply, [this, epoch, reply] {
    auto& record = region_.record;
    if (record.state == State::fenced || record.epoch != epoch) return reply(fail(ErrorCode::stale_epoch, "fenced"));
    auto& database = region_.database;
    if (!database.process.up()) database.start();
    if (!database.accepts_writes()) return reply(fail(ErrorCode::postgres_failed, "the writer is gone"));
    if (database.reign() < epoch) database.write_reign(epoch);
    record.state = State::open;
    confirmed_ = epoch;
    region_.door.target = &region_;
    if (region_.door.held()) region_.door.release();
    reply(engine::Promotion{"db-1", database.timeline(), lsn_of(database.position())});
  });
}

void Agent::on(const engine::ReopenWriter& effect, const Reply& reply) {
  const auto epoch = effect.epoch;
  auto kept = change_and_publish([epoch](const AgentDuty& duty) { return engine::opened(duty, epoch); });
  if (!kept) return reply(std::unexpected(kept.error()));
  if (auto fresh = refuse_older(epoch); !fresh) return reply(std::unexpected(fresh.error()));
  auto& record = region_.record;
  // Its first writer was never made completely: what is ensured next is of this epoch.
  if (!record.established && !region_.database.in_recovery()) {
    if (record.state != State::none) record = {State::open, epoch, false};
    return reply(Done{});
  }
  // A promotion that was never finished is finished in this epoch.
  if (region_.database.built() && (record.state == State::promoting || record.state == State::none)) {
    return promote_data(epoch, [reply](const base::Result<engine::Outcome>& promoted) {
      if (promoted) return reply(Done{});
      reply(std::unexpected(promoted.error()));
    });
  }
  if (!region_.database.built() || region_.database.in_recovery() || record.state == State::none) {
    return reply(fail(ErrorCode::postgres_failed, "the region never had a writer"));
  }
  record = {State::open, epoch, true};
  confirmed_ = epoch;
  suspended_ = false;
  start_database([this, epoch, reply] {
    await_lease(writer_limit, reply, [this, epoch, reply] {
      if (region_.record.state != State::open) return reply(fail(ErrorCode::stale_epoch, "fenced meanwhile"));
      if (!region_.database.accepts_writes()) return reply(fail(ErrorCode::postgres_failed, "the writer is gone"));
      if (region_.database.reign() < epoch) region_.database.write_reign(epoch);
      region_.door.target = &region_;
      reply(Done{});
    });
  });
}

void Agent::start_database(const std::function<void()>& then) {
  busy_ = true;
  process.after(ground_.work(20 * millisecond, 500 * millisecond), [this, then] {
    busy_ = false;
    const auto state = region_.record.state;
    const bool allowed = region_.database.in_recovery() ? state == State::none : state == State::open;
    if (!region_.database.process.up() && allowed) region_.database.start();
    then();
  });
}

}  // namespace lifeboat::sim
