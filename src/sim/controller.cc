#include "sim/controller.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/world.h"

namespace lifeboat::sim {

using base::ErrorCode;
using engine::InputBody;

struct Controller::ProbeUnderWay {
  base::WallTime sent_at{};
  Time began = 0;
  int answers_left = 2;
  std::optional<Health> health;
  bool door = false;
};

Controller::Controller(World& world, Site site, std::string name, MachineClock machine_clock)
    : process(world.ground.scheduler, std::move(name)),
      clock(machine_clock),
      world_(world),
      ground_(world.ground),
      network_(world.network),
      site_(site) {}

base::Instant Controller::now() const {
  return clock.at(ground_.now());
}

engine::Moment Controller::moment() const {
  const auto since = std::chrono::duration_cast<base::Milliseconds>(now().time_since_epoch());
  return {now(), base::WallTime(base::Milliseconds(1'700'000'000'000) + since)};
}

void Controller::start() {
  core_.reset();
  seen_.clear();
  grants_.clear();
  sending_.clear();
  superseded = false;
  disk.full = disk_dies = false;
  process.start();
  ground_.tell([&] { return fmt::format("{} starts", process.name()); });
  ask_for_terms(0);
}

void Controller::crash() {
  process.crash();
  core_.reset();
  const auto kept_bytes = static_cast<std::size_t>(ground_.random.between(0, 200));
  disk.crash(kept_bytes, ground_.random.below(2) == 0);
}

void Controller::lose_disk() {
  crash();
  disk = journal::MemoryDisk();
}

// --- the thread that owns the state
// ------------------------------------------------------------------------------------

void Controller::tick() {
  process.after(ground_.settings.tick_interval, [this] { tick(); });
  handle(engine::Tick{});
}

bool Controller::command(engine::Command command) {
  if (!process.runs() || !core_) return false;
  handle(engine::CommandGiven{std::move(command)});
  return true;
}

void Controller::handle(InputBody body) {
  if (!core_) return;
  auto output = core_->handle({moment(), std::move(body)});
  if (!output) return stop(output.error().message, false);
  for (const auto& record : output->records) {
    if (const auto sentence = engine::sentence_of(record); !sentence.empty()) {
      ground_.tell([&] { return fmt::format("{}: {}", process.name(), sentence); });
    }
    world_.checkers.recorded(world_, core_->state(), record);
  }
  if (output->reply && !*output->reply) {
    ground_.tell([&] { return fmt::format("{} refuses: {}", process.name(), output->reply->error().message); });
  }
  for (const auto& grant : output->grants) post_grant(grant);
  for (auto& effect : output->effects) {
    // Between the step and the thread that begins there may be a pause or the end.
    process.after(ground_.work(20 * microsecond, millisecond),
                  [this, effect = std::move(effect)] { carry_out(effect); });
  }
}

void Controller::stop(const std::string& why, bool newer_leads) {
  ground_.tell([&] { return fmt::format("{} stops: {}", process.name(), why); });
  ++ground_.seen[newer_leads ? "a controller stops: superseded" : "a controller stops: journal"];
  superseded = newer_leads;
  crash();
}

// --- grants
// --------------------------------------------------------------------------------------------------------------

void Controller::post_grant(const engine::LeaseGrant& grant) {
  auto& region = world_.region(grant.region);
  grants_[&region] = grant;
  if (std::exchange(sending_[&region], true)) return;
  process.after(ground_.work(10 * microsecond, 500 * microsecond), [this, &region] { send_grant(region); });
}

void Controller::send_grant(Region& region) {
  constexpr Time grant_limit = 500 * millisecond;
  const auto grant = std::exchange(grants_[&region], std::nullopt);
  if (!grant) {
    sending_[&region] = false;
    return;
  }
  network_.call<bool>(
      here(), {region.site(), &region.agent.process}, grant_limit,
      [&region, grant = *grant, term = term_](const Answer<bool>& answer) {
        region.agent.take_lease(grant, &term);
        answer(true);
      },
      [this, &region](const base::Result<bool>&) { send_grant(region); });
}

// --- the threads that look
// ---------------------------------------------------------------------------------------------

void Controller::probe(Region& region) {
  const Time interval = time_of(ground_.settings.setup.detection_interval);
  auto under_way = std::make_shared<ProbeUnderWay>();
  under_way->sent_at = moment().wall;
  under_way->began = ground_.now();
  network_.call<Health>(
      here(), {region.site(), &region.agent.process}, interval,
      [&region, term = term_](const Answer<Health>& answer) {
        // A probe carries the term too, so that an agent that missed its claim hears of it.
        [[maybe_unused]] const auto claimed = region.agent.claim(term);
        answer(region.agent.health());
      },
      [this, &region, under_way](base::Result<Health> health) {
        if (health) under_way->health = std::move(*health);
        finish_probe(region, under_way);
      });
  network_.call<bool>(
      here(), {region.site(), &region.door.process}, interval,
      [&region](const Answer<bool>& answer) { answer(region.door.counts()); },
      [this, &region, under_way](const base::Result<bool>& door) {
        under_way->door = door && *door;
        finish_probe(region, under_way);
      });
}

void Controller::finish_probe(Region& region, const std::shared_ptr<ProbeUnderWay>& under_way) {
  if (--under_way->answers_left > 0) return;
  const Time interval = time_of(ground_.settings.setup.detection_interval);
  const Time next = std::max(under_way->began + interval - ground_.now(), Time{0});
  process.after(next, [this, &region] { probe(region); });
  const auto& health = under_way->health;
  if (health && health->duty.term.number > term_.number) return stop("an agent obeys a newer controller", true);
  engine::Probe probe{.region = region.name(),
                      .agent_answered = health.has_value(),
                      .door_answered = under_way->door,
                      .detail = health ? "" : "no answer",
                      .sent_at = under_way->sent_at};
  if (health) {
    probe.lease_request = health->lease_request;
    probe.duty = health->duty;
    probe.heard_of_other = health->heard_of_other;
    probe.obeys = health->duty.term == term_;
  }
  handle(std::move(probe));
}

void Controller::observe(Region& region) {
  constexpr Time observe_limit = 1500 * millisecond;
  network_.call<Seen>(
      here(), {region.site(), &region.agent.process}, observe_limit,
      [&region](const Answer<Seen>& answer) { answer(region.agent.observe()); },
      [this, &region](base::Result<Seen> seen) {
        seen_[&region] = seen ? *seen : Seen{};
        process.after(ground_.settings.observation_interval, [this, &region] { observe(region); });
      });
}

engine::Readiness Controller::readiness() const {
  const auto& state = core_->state();
  const auto active = seen_.find(&world_.region(state.active_region));
  const auto standby = seen_.find(&world_.region(state.standby_region()));
  engine::Readiness readiness;
  if (active == seen_.end() || standby == seen_.end()) return readiness;
  const bool streams = standby->second.streams;
  readiness.ready = streams && active->second.writer && state.standby_is_replica;
  if (!readiness.ready) readiness.reasons.push_back("the standby region is no replica that streams");
  if (streams)
    readiness.predicted_loss = base::Milliseconds(active->second.position > standby->second.position ? 200 : 0);
  return readiness;
}

void Controller::observe_global() {
  process.after(ground_.settings.observation_interval, [this] { observe_global(); });
  const auto& state = core_->state();
  const auto standby = seen_.find(&world_.region(state.standby_region()));
  const auto active = seen_.find(&world_.region(state.active_region));
  engine::Observation observation;
  observation.standby_streams = standby != seen_.end() && standby->second.streams;
  const bool known = active != seen_.end() && active->second.duty.role == model::RegionRole::active;
  if (state.setup.synchronous && known && active->second.reachable) {
    observation.synchronous = active->second.synchronous;
  }
  observation.readiness = readiness();
  handle(std::move(observation));
}

}  // namespace lifeboat::sim
