#include "sim/faults.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace lifeboat::sim {

Region& Faults::any_region() {
  return ground_.random.percent(50) ? world_.home : world_.standby;
}

Controller& Faults::any_controller() {
  const bool two = world_.second_controller.process.up() && ground_.random.percent(50);
  return two ? world_.second_controller : world_.controller;
}

Time Faults::draw_down_time() {
  return ground_.now() + ground_.random.skewed(20 * millisecond, 6 * second);
}

void Faults::begin_supervision() {
  constexpr Time look_again = 150 * millisecond;
  ground_.scheduler.after(look_again, [this] {
    supervise();
    begin_supervision();
  });
}

void Faults::supervise() {
  const auto may_start = [this](const Process& process) {
    const auto until = down_until_.find(&process);
    return !process.up() && (over_ || until == down_until_.end() || ground_.now() >= until->second);
  };
  for (auto* region : world_.regions()) {
    if (region->powered() && region->door.process.up() && may_start(region->agent.process)) region->start_agent();
  }
  auto& first = world_.controller;
  const auto& later = world_.second_controller;
  if (may_start(first.process) && !first.superseded) first.start();
  const bool nobody = over_ && !first.process.up() && !later.process.up();
  if (nobody) first.start();
}

void Faults::begin() {
  for (std::size_t index = 0; index < fault_count; ++index) plan(static_cast<Fault>(index));
  ground_.phase_entered = [this] { aim(); };
}

void Faults::aim() {
  if (over_ || !ground_.random.percent(ground_.settings.aimed_percent)) return;
  std::vector<Fault> kinds;
  for (std::size_t index = 0; index < fault_count; ++index) {
    if (ground_.settings.every.at(index) > 0) kinds.push_back(static_cast<Fault>(index));
  }
  if (kinds.empty()) return;
  const auto fault = kinds.at(ground_.random.below(kinds.size()));
  ground_.scheduler.after(ground_.random.skewed(0, 500 * millisecond), [this, fault] {
    if (!over_) strike(fault);
  });
}

void Faults::plan(Fault fault) {
  const Time every = ground_.settings.every.at(static_cast<std::size_t>(fault));
  if (every == 0) return;
  ground_.scheduler.after(ground_.random.between(every / 2, every * 3 / 2), [this, fault] {
    if (over_) return;
    strike(fault);
    plan(fault);
  });
}

void Faults::strike(Fault fault) {
  ++ground_.seen[fmt::format("fault: {}", fault_name(fault))];
  ground_.tell([&] { return fmt::format("FAULT: {}", fault_name(fault)); });
  if (fault <= Fault::second_controller) return strike_controller(fault);
  if (fault <= Fault::region_reboot) return strike_region(fault);
  strike_network(fault);
}

void Faults::strike_controller(Fault fault) {
  auto& controller = any_controller();
  down_until_[&controller.process] = draw_down_time();
  switch (fault) {
    case Fault::controller_crash:
      return controller.crash();
    case Fault::controller_torn_append:
      controller.disk_dies = true;
      return;
    case Fault::controller_disk_full:
      controller.disk.full = true;
      return;
    case Fault::controller_disk_lost:
      return controller.lose_disk();
    case Fault::controller_pause:
      controller.process.pause();
      return ground_.scheduler.at(draw_down_time(), [&controller] { controller.process.resume(); });
    default:
      return start_another_controller();
  }
}

void Faults::start_another_controller() {
  auto& later = world_.second_controller;
  auto& other = later.process.up() ? world_.controller : later;
  if (!other.process.up()) other.start();
}

void Faults::strike_region(Fault fault) {
  auto& region = any_region();
  const Time until = draw_down_time();
  ground_.tell([&] { return fmt::format("       {}", region.name().value); });
  switch (fault) {
    case Fault::agent_crash:
      down_until_[&region.agent.process] = until;
      return region.agent.process.crash();
    case Fault::agent_pause:
    case Fault::region_pause:
      region.pause(fault == Fault::agent_pause);
      return ground_.scheduler.at(until, [&region] { region.resume(); });
    case Fault::agent_disk_fails:
      region.agent.disk_fails = true;
      return;
    case Fault::database_crash:
      return region.database.process.crash();
    case Fault::region_reboot:
      region.reboot();
      return ground_.scheduler.at(until, [&region] { region.power_on(); });
    default:
      region.power_off();
      if (ground_.random.percent(50)) ground_.scheduler.at(until, [&region] { region.power_on(); });
  }
}

void Faults::cut(Site from, Site to, Time until) {
  ground_.tell([&] { return fmt::format("       {} to {}", to_string(from), to_string(to)); });
  world_.network.block(from, to);
  ground_.scheduler.at(until, [this, from, to] {
    if (!over_) world_.network.unblock(from, to);
  });
}

void Faults::strike_network(Fault fault) {
  const Time until = draw_down_time();
  // Between the three that grant and hold leases is where it matters most.
  const bool granters = ground_.random.percent(50);
  const auto draw_site = [this, granters] {
    constexpr std::array important{Site::controller, Site::home, Site::standby};
    return granters ? important.at(ground_.random.below(important.size()))
                    : static_cast<Site>(ground_.random.below(site_count));
  };
  const auto from = draw_site();
  auto to = draw_site();
  while (to == from) to = draw_site();
  switch (fault) {
    case Fault::partition_two_way:
      cut(to, from, until);
      [[fallthrough]];
    case Fault::partition_one_way:
      return cut(from, to, until);
    case Fault::isolation:
      for (std::size_t index = 0; index < site_count; ++index) {
        const auto other = static_cast<Site>(index);
        if (other == from) continue;
        cut(from, other, until);
        cut(other, from, until);
      }
      return;
    case Fault::dns_down:
      world_.dns.down = true;
      return ground_.scheduler.at(until, [this] { world_.dns.down = false; });
    default:
      world_.controller.power_switch_works = world_.second_controller.power_switch_works = false;
      return ground_.scheduler.at(
          until, [this] { world_.controller.power_switch_works = world_.second_controller.power_switch_works = true; });
  }
}

void Faults::heal() {
  over_ = true;
  ground_.tell([] { return std::string("everything is healed; no fault comes any more"); });
  world_.network.heal();
  auto& settings = ground_.settings;
  settings.loss_ppm = settings.duplicate_ppm = settings.slow_ppm = 0;
  world_.dns.down = false;
  for (auto* region : world_.regions()) {
    region->resume();
    region->agent.disk_fails = false;
    // A region that nobody has ever started stays off until it is.
    if (region->database.built()) region->power_on();
  }
  for (auto* controller : {&world_.controller, &world_.second_controller}) {
    controller->process.resume();
    controller->disk.full = controller->disk_dies = false;
    controller->power_switch_works = true;
  }
}

}  // namespace lifeboat::sim
