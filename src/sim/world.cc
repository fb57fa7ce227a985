#include "sim/world.h"

#include <utility>

namespace lifeboat::sim {
namespace {

/// Machines have been up for different times, and their clocks run at rates that differ by less than the margin of
/// engine/lease.h.
MachineClock draw_clock(Random& random) {
  constexpr std::int64_t largest_drift_ppm = 4'000;
  const Time up_for = random.percent(20) ? random.between(0, 3 * second) : random.between(0, 100'000 * second);
  // The ends are where a margin shows that it is too small.
  if (random.percent(60)) return {up_for, random.percent(50) ? largest_drift_ppm : -largest_drift_ppm};
  return {up_for, random.between(-largest_drift_ppm, largest_drift_ppm)};
}

}  // namespace

World::World(Ground& all)
    : ground(all),
      network(all),
      checkers(all),
      home(all, network, checkers, home_region(), Site::home),
      standby(all, network, checkers, standby_region(), Site::standby),
      dns(all),
      clients(*this),
      controller(*this, Site::controller, "the controller", draw_clock(all.random)),
      second_controller(*this, Site::second_controller, "the second controller", draw_clock(all.random)) {
  home.meet(standby);
  standby.meet(home);
  home.clock = draw_clock(all.random);
  standby.clock = draw_clock(all.random);
}

Controller* World::leading() {
  for (auto* candidate : {&second_controller, &controller}) {
    if (candidate->process.runs() && candidate->core() != nullptr) return candidate;
  }
  return nullptr;
}

}  // namespace lifeboat::sim
