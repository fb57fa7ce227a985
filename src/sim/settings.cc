#include "sim/settings.h"

#include <utility>

namespace lifeboat::sim {
namespace {

engine::Setup small_setup() {
  engine::Setup setup;
  setup.home = home_region();
  setup.standby = standby_region();
  for (const auto& region : {setup.home, setup.standby}) {
    setup.assets.push_back({{region, "db-1"}, model::AssetKind::database_node, {}});
    setup.assets.push_back({{region, "lb"}, model::AssetKind::load_balancer, {}});
  }
  return setup;
}

void draw_policy(Random& random, Settings& settings) {
  auto& setup = settings.setup;
  setup.automatic = random.percent(60);
  setup.power_switch = random.percent(35);
  setup.synchronous = random.percent(30);
  setup.lease_time_to_live = base::Milliseconds(random.between(10, 40) * 100);
  setup.detection_interval = base::Milliseconds(random.between(2, 6) * 50);
  setup.detection_threshold = static_cast<int>(random.between(2, 5));
  setup.hold_down = base::Milliseconds(random.percent(50) ? 0 : random.between(1, 10) * 1000);
  setup.rpo_objective = base::Milliseconds(random.percent(20) ? 0 : 5000);
}

void draw_network(Random& random, Settings& settings) {
  settings.delay_min = random.between(20, 2000) * microsecond;
  settings.delay_max = settings.delay_min + random.between(1, 60) * millisecond;
  if (random.percent(35)) settings.loss_ppm = random.between(1'000, 80'000);
  if (random.percent(30)) settings.duplicate_ppm = random.between(1'000, 80'000);
  if (random.percent(30)) {
    settings.slow_ppm = random.between(1'000, 60'000);
    settings.slow_max = random.between(100, 4000) * millisecond;
  }
  settings.work_percent = random.between(20, 300);
}

void draw_faults(Random& random, Settings& settings) {
  // A seed of few kinds of faults lets each of them have its consequences.
  const auto likely = random.between(5, 40);
  for (auto& every : settings.every) {
    if (random.percent(likely)) every = random.between(1500, 12'000) * millisecond;
  }
  if (random.percent(40)) settings.aimed_percent = random.between(5, 50);
  if (random.percent(60)) settings.operator_every = random.between(500, 6000) * millisecond;
  if (random.percent(30)) settings.impatient_percent = random.between(20, 100);
  settings.up_first = random.percent(85);
}

}  // namespace

const base::RegionName& home_region() {
  static const base::RegionName name{"us-east-2"};
  return name;
}

const base::RegionName& standby_region() {
  static const base::RegionName name{"us-west-1"};
  return name;
}

Settings calm_settings() {
  Settings settings;
  settings.setup = small_setup();
  settings.setup.lease_time_to_live = base::Milliseconds(2000);
  settings.setup.power_switch = false;
  settings.setup.hold_down = base::Milliseconds(0);
  settings.delay_min = 200 * microsecond;
  settings.delay_max = 2 * millisecond;
  return settings;
}

Settings draw_settings(Random& random) {
  Settings settings;
  settings.setup = small_setup();
  draw_policy(random, settings);
  draw_network(random, settings);
  draw_faults(random, settings);
  settings.phase_one = random.between(6, 16) * second;
  settings.clients = static_cast<int>(random.between(1, 3));
  settings.think = random.between(40, 160) * millisecond;
  settings.dns_ttl = random.between(500, 4000) * millisecond;
  settings.pull_interval = random.between(10, 120) * millisecond;
  settings.tick_interval = random.between(50, 100) * millisecond;
  return settings;
}

std::string_view fault_name(Fault fault) {
  switch (fault) {
    case Fault::controller_crash:
      return "controller crashes";
    case Fault::controller_torn_append:
      return "controller crashes while it writes to its journal";
    case Fault::controller_disk_full:
      return "controller's disk is full";
    case Fault::controller_disk_lost:
      return "controller loses its disk";
    case Fault::controller_pause:
      return "controller pauses";
    case Fault::second_controller:
      return "second controller starts";
    case Fault::agent_crash:
      return "agent crashes";
    case Fault::agent_pause:
      return "agent pauses";
    case Fault::agent_disk_fails:
      return "agent's disk fails";
    case Fault::database_crash:
      return "database crashes";
    case Fault::region_pause:
      return "region pauses";
    case Fault::region_killed:
      return "region is killed";
    case Fault::region_reboot:
      return "region's machine reboots";
    case Fault::partition_one_way:
      return "one-way partition";
    case Fault::partition_two_way:
      return "two-way partition";
    case Fault::isolation:
      return "isolation";
    case Fault::dns_down:
      return "DNS is down";
    case Fault::power_switch_fails:
      return "power switch fails";
    case Fault::count:
      break;
  }
  std::unreachable();
}

}  // namespace lifeboat::sim
