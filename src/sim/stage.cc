#include "sim/stage.h"

#include <fmt/format.h>

namespace lifeboat::sim {

bool Stage::begin() {
  constexpr Time takes_over_within = 20 * second;
  world.controller.start();
  world.clients.start();
  faults.begin_supervision();
  return wait_for(takes_over_within, [this] { return world.leading() != nullptr; });
}

bool Stage::become_well(Time limit) {
  constexpr Time advice_every = 400 * millisecond;
  const Time end = ground.now() + limit;
  while (!ground.violation() && ground.now() < end) {
    pass(advice_every);
    if (operators.missing().empty()) return true;
    operators.advise();
  }
  return false;
}

void Stage::converge() {
  constexpr Time heal_limit = 120 * second;
  faults.heal();
  const Time began = ground.now();
  const bool well = become_well(heal_limit);
  if (ground.violation()) return;
  if (!well) {
    return ground.violated("the stack does not become well", fmt::format("{} s after everything was healed: {}",
                                                                         heal_limit / second, operators.missing()));
  }
  ground.seen["milliseconds to become well"] += static_cast<std::uint64_t>((ground.now() - began) / millisecond);
  world.checkers.finish(world.region(world.leading()->state()->active_region));
}

}  // namespace lifeboat::sim
