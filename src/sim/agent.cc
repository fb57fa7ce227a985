#include "sim/agent.h"

#include <fmt/format.h>

#include <utility>

#include "sim/region.h"

// The agent's memory, its leases and its look at the other region. What it does when it is told to: agent_effects.cc.

namespace lifeboat::sim {

using base::ErrorCode;
using engine::AgentDuty;
using model::RegionRole;
using model::TrafficMode;

namespace {

constexpr Time lease_pause = 25 * millisecond;
constexpr Time keeper_pause = 100 * millisecond;

}  // namespace

Agent::Agent(Ground& ground, Checkers& checkers, Region& region)
    : process(ground.scheduler, region.name().value + " agent"),
      ground_(ground),
      checkers_(checkers),
      region_(region) {}

Endpoint Agent::here() {
  return {region_.site(), &process};
}

Endpoint Agent::there() {
  return {region_.other().site(), &region_.other().agent.process};
}

void Agent::start(bool region_was_lost) {
  process.start();
  duty_ = durable_duty_;
  // Who has never heard of the other region has not heard of it for as long as it looks.
  heard_at_ = region_.now();
  suspended_ = busy_ = false;
  confirmed_ = {};
  // What the region held when it was lost is held no more.
  if (region_was_lost) region_.page = {};
  leases_.emplace(duty_, region_.page, ground_.settings.setup.lease_time_to_live, region_.now());
  if (region_was_lost) {
    ground_.tell([&] { return fmt::format("{}: the region was lost; it has no role", process.name()); });
    const auto kept =
        change_and_publish([](const AgentDuty& duty) { return base::Result<AgentDuty>(engine::lost(duty)); });
    region_.door.mode = TrafficMode::closed;
    if (!kept) return process.crash();  // Its supervisor tries again.
  } else {
    ground_.tell([&] { return fmt::format("{} starts and adopts what runs", process.name()); });
  }
  process.after(0, [this] { keep_lease(); });
  process.after(ground_.random.between(0, keeper_pause), [this] { keep_database(); });
  process.after(0, [this] { look_at_other(); });
}

// --- memory
// ------------------------------------------------------------------------------------------------------------

base::Status Agent::change(const Change& changed) {
  auto next = changed(duty_);
  if (!next) return std::unexpected(next.error());
  if (*next == duty_) return {};
  if (std::exchange(disk_fails, false)) {
    if (ground_.random.percent(50)) durable_duty_ = *next;
    return base::fail(ErrorCode::io_failed, "the agent's record could not be written");
  }
  durable_duty_ = *next;
  duty_ = std::move(*next);
  checkers_.duty_is(region_, duty_);
  return {};
}

base::Status Agent::change_and_publish(const Change& changed) {
  auto done = change(changed);
  leases_->publish(duty_, region_.now());
  return done;
}

base::Status Agent::accept(base::Epoch epoch) {
  return change([epoch](const AgentDuty& duty) { return engine::accepted(duty, epoch); });
}

base::Status Agent::obey(const engine::Term& term) {
  return change([&term](const AgentDuty& duty) { return engine::obeyed(duty, term); });
}

// --- leases
// ------------------------------------------------------------------------------------------------------------

Health Agent::health() const {
  Health health{{duty_.newest, region_.now()}, duty_, std::nullopt};
  if (heard_at_) health.heard_of_other = std::chrono::duration_cast<base::Milliseconds>(region_.now() - *heard_at_);
  return health;
}

Seen Agent::observe() const {
  const auto& database = region_.database;
  return {.reachable = true,
          .duty = duty_,
          .writer = database.accepts_writes(),
          .streams = database.streams(),
          .synchronous = database.accepts_writes() && database.synchronous(),
          .position = database.position()};
}

void Agent::take_lease(const engine::LeaseGrant& grant, const engine::Term* term) {
  if (term != nullptr && !obey(*term)) return;
  if (grant.region != region_.name()) return;
  leases_->take(duty_, grant, region_.now());
}

void Agent::keep_lease() {
  process.after(lease_pause, [this] { keep_lease(); });
  if (region_.door.process.paused()) return;
  const auto action = leases_->judge(duty_, region_.now());
  if (action == engine::LeaseAction::close) {
    ground_.tell([&] { return fmt::format("{}: the write lease has ended: closing", process.name()); });
    ++ground_.seen["an agent fences itself"];
    region_.door.mode = TrafficMode::closed;
    suspended_ = true;
    region_.database.process.crash();
    leases_->note_closed(true);
  } else if (action == engine::LeaseAction::open) {
    ground_.tell([&] { return fmt::format("{}: there is a write lease again: opening", process.name()); });
    suspended_ = false;
    region_.door.mode = duty_.role == RegionRole::active ? TrafficMode::serve : TrafficMode::closed;
    leases_->note_closed(false);
  }
}

/// Starts the server again when it has died and should run.
void Agent::keep_database() {
  process.after(keeper_pause, [this] { keep_database(); });
  auto& database = region_.database;
  database.keep_synchrony();
  if (busy_ || suspended_ || database.process.up() || !database.built()) return;
  const bool writes =
      region_.record.state == WriterRecord::State::open && !database.in_recovery() &&
      std::max(confirmed_, duty_.role == RegionRole::active ? duty_.epoch : base::Epoch{}) >= region_.record.epoch;
  const bool follows =
      region_.record.state == WriterRecord::State::none && database.in_recovery() && duty_.role == RegionRole::standby;
  if (writes || follows) start_database([] {});
}

// --- the other region
// --------------------------------------------------------------------------------------------------

void Agent::look_at_other() {
  constexpr Time shortest_look = 200 * millisecond;
  const Time interval = time_of(ground_.settings.setup.detection_interval);
  const auto began = region_.now();
  const Time timeout = std::max(interval, shortest_look);
  auto& other = region_.other();
  const auto again = [this, interval] { process.after(interval, [this] { look_at_other(); }); };
  region_.network().call<engine::LeaseRequest>(
      here(), there(), timeout,
      [&other](const Answer<engine::LeaseRequest>& answer) { answer(other.agent.health().lease_request); },
      [this, began, again, timeout, &other](base::Result<engine::LeaseRequest> wish) {
        again();
        if (wish) {
          heard_at_ = began;
          return answer_wish(*wish);
        }
        region_.network().call<bool>(
            here(), {other.site(), &other.door.process}, timeout,
            [&other](const Answer<bool>& answer) { answer(other.door.counts()); },
            [this, began](const base::Result<bool>& door) {
              if (door && *door) heard_at_ = began;
            });
      });
}

void Agent::answer_wish(const engine::LeaseRequest& request) {
  constexpr Time grant_limit = 500 * millisecond;
  auto& other = region_.other();
  const auto grant = leases_->grant(duty_, other.name(), request, region_.now());
  if (!grant) return;
  ++ground_.seen["a lease from an agent"];
  // A pause may come between the decision and the moment at which it leaves.
  process.after(ground_.work(10 * microsecond, 500 * microsecond), [this, &other, grant = *grant] {
    region_.network().call<bool>(
        here(), there(), grant_limit,
        [&other, grant](const Answer<bool>& answer) {
          other.agent.take_lease(grant, nullptr);
          answer(true);
        },
        [](const base::Result<bool>&) {});
  });
}

// --- waiting
// -----------------------------------------------------------------------------------------------------------

void Agent::wait_for(Time limit, std::function<bool()> condition, std::function<void(bool)> then) {
  constexpr Time look_again = 20 * millisecond;
  if (condition()) return then(true);
  if (limit <= 0) return then(false);
  process.after(look_again, [this, limit, condition = std::move(condition), then = std::move(then)] {
    wait_for(limit - look_again, condition, then);
  });
}

void Agent::await_lease(Time limit, const Reply& reply, std::function<void()> then) {
  wait_for(
      limit, [this] { return leases_->holds(duty_, region_.now()); },
      [reply, then = std::move(then)](bool holds) {
        if (holds) return then();
        reply(base::fail(ErrorCode::wait_expired, "no write lease came"));
      });
}

}  // namespace lifeboat::sim
