#pragma once

#include <utility>

#include "sim/faults.h"
#include "sim/operators.h"
#include "sim/world.h"

namespace lifeboat::sim {

/// A world with its people and its faults, and a way to let time pass in it. The checkers look after every event.
class Stage {
 public:
  /// `settings` are made by the caller, from the ground's chance or not.
  template <class MakeSettings>
  Stage(std::uint64_t seed, MakeSettings&& make_settings, const Listener& listener)
      : ground(seed, listener), world(prepare(ground, make_settings)), operators(world), faults(world) {}

  Ground ground;
  World world;
  Operators operators;
  Faults faults;

  /// Lets time pass until the condition holds; false when the limit or a violation came first.
  template <class Condition>
  bool wait_for(Time limit, Condition&& condition) {
    const Time end = ground.now() + limit;
    while (!ground.violation() && ground.scheduler.step(end)) {
      world.checkers.look(world.home, world.standby);
      if (condition()) return true;
    }
    return false;
  }
  void pass(Time span) {
    wait_for(span, [] { return false; });
  }

  /// The controller and the clients start; whoever dies is started again from here on. True when a controller leads.
  bool begin();
  /// Looks every now and then and does what is advised, until the stack is well.
  bool become_well(Time limit);
  /// Everything is mended; the stack has to become well, and every acknowledged write has to be accounted for.
  void converge();

 private:
  template <class MakeSettings>
  static Ground& prepare(Ground& ground, MakeSettings&& make_settings) {
    ground.settings = make_settings(ground.random);
    return ground;
  }
};

}  // namespace lifeboat::sim
