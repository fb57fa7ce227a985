#include <fmt/format.h>

#include <utility>
#include <variant>

#include "engine/tasks.h"
#include "sim/controller.h"
#include "sim/world.h"

// How a controller carries out effects, as providers/local/local_effects.cc does.

namespace lifeboat::sim {

using base::ErrorCode;
using base::fail;
using engine::Done;

namespace {

constexpr Time look_again = 50 * millisecond;

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};

}  // namespace

void Controller::carry_out(const engine::Effect& effect) {
  ++ground_.seen["an effect begins"];
  perform(effect, [this, id = effect.id](base::Result<engine::Outcome> result) {
    if (!result && result.error().code == ErrorCode::stale_term) return stop(result.error().message, true);
    handle(engine::EffectFinished{id, std::move(result)});
  });
}

void Controller::perform(const engine::Effect& effect, const Answer<engine::Outcome>& done) {
  const Time limit = time_of(engine::time_limit(effect.body));
  const auto ask_dns = [&] {
    auto& dns = world_.dns;
    network_.call<engine::Outcome>(
        here(), dns.agent_endpoint(), limit,
        [&dns, effect, term = term_](const Answer<engine::Outcome>& answer) { dns.perform(effect, term, answer); },
        done);
  };
  std::visit(Overloaded{
                 [&](const engine::StartRegion& body) { start_region(world_.region(body.region), limit, done); },
                 [&](const engine::WriteDnsRecord&) { ask_dns(); },
                 [&](const engine::ConfirmDns& body) { confirm_dns(body, limit, done); },
                 [&](const engine::ConfirmService& body) { confirm_service(body, limit, done); },
                 [&](const engine::MeasureClients&) {
                   process.after(ground_.work(5 * millisecond, 50 * millisecond),
                                 [done] { done(engine::ClientView{}); });
                 },
                 [&](const engine::FenceRegion& body) {
                   if (body.method == engine::FenceMethod::power) return fence_by_power(body, done);
                   ask_agent(world_.region(body.region), effect, done);
                 },
                 [&](const auto& body) { ask_agent(world_.region(engine::region_of(body)), effect, done); },
             },
             effect.body);
}

void Controller::ask_agent(Region& region, const engine::Effect& effect, const Answer<engine::Outcome>& done) {
  network_.call<engine::Outcome>(
      here(), {region.site(), &region.agent.process}, time_of(engine::time_limit(effect.body)),
      [&region, effect, term = term_](const Answer<engine::Outcome>& answer) {
        region.agent.perform(effect, term, answer);
      },
      done);
}

void Controller::start_region(Region& region, Time left, const Answer<engine::Outcome>& done) {
  region.power_on();
  network_.call<bool>(
      here(), {region.site(), &region.agent.process}, 500 * millisecond,
      [](const Answer<bool>& answer) { answer(true); },
      [this, &region, left, done](const base::Result<bool>& health) {
        if (health) return done(Done{});
        if (left <= 0) return done(std::unexpected(health.error()));
        process.after(look_again,
                      [this, &region, left, done] { start_region(region, left - 500 * millisecond, done); });
      });
}

/// The switch is out of band: it needs nothing of the region and no network to it.
void Controller::fence_by_power(const engine::FenceRegion& effect, const Answer<engine::Outcome>& done) {
  process.after(ground_.work(50 * millisecond, 900 * millisecond), [this, effect, done] {
    if (!power_switch_works) return done(fail(ErrorCode::effect_failed, "the power switch does not answer"));
    auto& region = world_.region(effect.region);
    ground_.tell([&] { return fmt::format("the power of {} is cut", region.name().value); });
    ++ground_.seen["power cut"];
    region.power_off();
    process.after(ground_.work(millisecond, 100 * millisecond), [effect, done] {
      done(engine::FenceCertificate{
          effect.region, engine::FenceMethod::power, effect.epoch, {"no process is left"}, std::nullopt});
    });
  });
}

void Controller::confirm_dns(const engine::ConfirmDns& effect, Time left, const Answer<engine::Outcome>& done) {
  auto& dns = world_.dns;
  network_.call<base::RegionName>(
      here(), dns.server_endpoint(), 500 * millisecond,
      [&dns](const Answer<base::RegionName>& answer) { answer(dns.resolve()); },
      [this, effect, left, done](const base::Result<base::RegionName>& name) {
        if (name && *name == effect.region) return done(Done{});
        if (left <= 0) return done(fail(ErrorCode::dns_failed, "the name's answer is another one"));
        process.after(look_again, [this, effect, left, done] { confirm_dns(effect, left - look_again, done); });
      });
}

void Controller::confirm_service(const engine::ConfirmService& effect, Time left, const Answer<engine::Outcome>& done) {
  const auto again = [this, effect, left, done](const base::Error& error) {
    constexpr Time attempt = 500 * millisecond;
    if (left <= 0) return done(std::unexpected(error));
    process.after(look_again, [this, effect, left, done] { confirm_service(effect, left - attempt, done); });
  };
  const auto name = world_.dns.resolve();
  if (!name || !network_.is_open(site_, Site::global)) {
    return again(fail(ErrorCode::dns_failed, "the front door's name has no answer").error());
  }
  world_.clients.write_through(world_.region(*name), here(), 2 * second,
                               [effect, done, again](const base::Result<Ack>& ack) {
                                 if (!ack) return again(ack.error());
                                 if (ack->region->name() == effect.region) {
                                   return done(engine::ServiceConfirmation{effect.region.value, 1});
                                 }
                                 again(fail(ErrorCode::effect_failed, "another region answered").error());
                               });
}

}  // namespace lifeboat::sim
