#include "sim/region.h"

#include <utility>

namespace lifeboat::sim {

using model::TrafficMode;

Door::Door(Ground& ground, Region& region)
    : process(ground.scheduler, region.name().value + " door"), ground_(ground), region_(region) {}

bool Door::counts() const {
  return mode == TrafficMode::forward || region_.holds_lease();
}

void Door::take(WriteId write, int hops, const Answer<Ack>& answer) {
  constexpr Time forward_limit = 5 * second;
  switch (mode) {
    case TrafficMode::closed:
      return answer(base::fail(base::ErrorCode::not_ready, "closed"));
    case TrafficMode::serve:
      return pass_to_writer(write, answer);
    case TrafficMode::forward:
      break;
  }
  if (hops >= 2) return answer(base::fail(base::ErrorCode::not_ready, "passed on twice already"));
  auto& other = region_.other();
  region_.network().call<Ack>(
      {region_.site(), &process}, {other.site(), &other.door.process}, forward_limit,
      [&other, write, hops](const Answer<Ack>& reply) { other.door.take(write, hops + 1, reply); }, answer);
}

void Door::pass_to_writer(WriteId write, const Answer<Ack>& answer) {
  constexpr Time statement_limit = 8 * second;
  if (held_) {
    queue_.push_back([this, write, answer] { pass_to_writer(write, answer); });
    return;
  }
  if (target == nullptr) return answer(base::fail(base::ErrorCode::not_ready, "no writer is known"));
  auto& database = target->database;
  region_.network().call<Ack>(
      {region_.site(), &process}, {target->site(), &database.process}, statement_limit,
      [&database, write](const Answer<Ack>& reply) { database.commit(write, reply); }, answer);
}

void Door::hold() {
  constexpr Time longest_hold = 10 * second;
  held_ = true;
  process.after(longest_hold, [this, hold = ++holds_] {
    if (held_ && hold == holds_) release();
  });
}

void Door::release() {
  held_ = false;
  for (auto& statement : std::exchange(queue_, {})) statement();
}

void Door::stop() {
  process.crash();
  mode = TrafficMode::closed;
  held_ = false;
  queue_.clear();
}

Region::Region(Ground& ground, Network& network, Checkers& checkers, base::RegionName name, Site site)
    : ground_(ground),
      network_(network),
      name_(std::move(name)),
      site_(site),
      database(ground, checkers, *this),
      door(ground, *this),
      agent(ground, checkers, *this) {}

void Region::power_off() {
  powered_ = false;
  lost_ = true;
  agent.process.crash();
  database.process.crash();
  door.stop();
}

void Region::power_on() {
  if (powered_) return;
  powered_ = true;
  const auto boot = ground_.work(50 * millisecond, 800 * millisecond);
  ground_.scheduler.after(boot, [this] {
    if (!powered_ || agent.process.up()) return;
    door.process.start();
    start_agent();
  });
}

void Region::start_agent() {
  agent.start(lost_);
  if (agent.process.up()) lost_ = false;
}

void Region::reboot() {
  power_off();
  page = {};
  clock.reboot(ground_.now());
}

void Region::pause(bool agent_only) {
  agent.process.pause();
  if (agent_only) return;
  database.process.pause();
  door.process.pause();
}

void Region::resume() {
  agent.process.resume();
  database.process.resume();
  door.process.resume();
}

}  // namespace lifeboat::sim
