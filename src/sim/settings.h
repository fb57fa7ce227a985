#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/state.h"
#include "sim/random.h"
#include "sim/time.h"

namespace lifeboat::sim {

/// What can go wrong by itself. Names and order: fault_name().
enum class Fault {
  controller_crash,
  controller_torn_append,  ///< It dies while it writes to its journal.
  controller_disk_full,
  controller_disk_lost,  ///< It comes back with an empty journal.
  controller_pause,
  second_controller,
  agent_crash,
  agent_pause,
  agent_disk_fails,
  database_crash,
  region_pause,
  region_killed,  ///< Every process of it, as the power switch does.
  region_reboot,  ///< Its machine loses power and comes back.
  partition_one_way,
  partition_two_way,
  isolation,  ///< A place is cut off from every other.
  dns_down,
  power_switch_fails,
  count,
};
inline constexpr auto fault_count = static_cast<std::size_t>(Fault::count);
std::string_view fault_name(Fault fault);

/// Everything that a seed draws before it begins: topology, policy, and how likely each fault is. Most faults are
/// absent from most seeds (swarm testing), because faults hide each other's consequences.
struct Settings {
  engine::Setup setup;
  Time phase_one = 15 * second;
  Time tick_interval = 50 * millisecond;
  Time observation_interval = 500 * millisecond;

  Time delay_min = 0;
  Time delay_max = 0;
  std::int64_t loss_ppm = 0;
  std::int64_t duplicate_ppm = 0;
  std::int64_t slow_ppm = 0;  ///< Messages that take up to `slow_max`, and so are overtaken.
  Time slow_max = 0;
  std::int64_t work_percent = 100;  ///< How long work takes, against the usual.

  int clients = 2;
  Time think = 100 * millisecond;
  Time dns_ttl = second;
  Time pull_interval = 40 * millisecond;

  std::array<Time, fault_count> every{};  ///< The mean time between two faults of a kind; 0: never.
  /// How often a phase of an operation is followed by a fault at once: what happens between two steps is the hard part.
  std::int64_t aimed_percent = 0;
  Time operator_every = 0;
  /// How often an operator types a failover as soon as a controller leads: what it granted before its restart counts.
  std::int64_t impatient_percent = 0;
  bool up_first = true;  ///< The stack is built before the first fault.
};

Settings draw_settings(Random& random);
/// No faults, a quick network, manual mode: what scenarios begin from.
Settings calm_settings();

/// The two regions of every simulation.
const base::RegionName& home_region();
const base::RegionName& standby_region();

}  // namespace lifeboat::sim
