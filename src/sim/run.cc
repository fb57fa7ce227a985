#include "sim/run.h"

#include <fmt/format.h>

#include <utility>

#include "sim/faults.h"
#include "sim/operators.h"
#include "sim/world.h"

namespace lifeboat::sim {
namespace {

constexpr Time build_limit = 20 * second;
constexpr Time heal_limit = 120 * second;
constexpr Time advice_every = 400 * millisecond;

class Run {
 public:
  Run(std::uint64_t seed, bool tells) : ground_(seed, tells), world_(draw(ground_)), operators_(world_), faults_(world_) {}

  void play() {
    world_.controller.start();
    world_.clients.start();
    faults_.begin_supervision();
    build();
    if (!ground_.settings.up_first || well()) ++ground_.seen["seeds"];
    faults_.begin();
    operators_.begin();
    until(ground_.now() + ground_.settings.phase_one, [] { return false; });
    operators_.stop();
    faults_.heal();
    converge();
  }

  Outcome outcome(std::uint64_t seed) {
    auto& digest = ground_.scheduler.digest();
    digest.mix(world_.controller.disk.written);
    digest.mix(world_.second_controller.disk.written);
    return {.seed = seed,
            .digest = digest.value(),
            .events = ground_.scheduler.events(),
            .simulated = ground_.now(),
            .violation = ground_.violation(),
            .seen = std::move(ground_.seen),
            .story = ground_.story()};
  }

 private:
  static Ground& draw(Ground& ground) {
    ground.settings = draw_settings(ground.random);
    return ground;
  }

  /// Until the moment, a violation, or the condition; true when the condition came.
  template <class Condition>
  bool until(Time end, Condition&& condition) {
    while (!ground_.violation() && ground_.scheduler.step(end)) {
      world_.checkers.look(world_.home, world_.standby);
      if (condition()) return true;
    }
    return false;
  }

  bool well() { return operators_.missing().empty(); }

  void build() {
    if (!until(build_limit, [this] { return world_.leading() != nullptr; })) return;
    operators_.up();
    if (!ground_.settings.up_first) return;
    keep_asking(build_limit);
  }

  /// Looks every now and then, does what is advised; ends when the stack is well.
  bool keep_asking(Time limit) {
    const Time end = ground_.now() + limit;
    while (!ground_.violation() && ground_.now() < end) {
      until(ground_.now() + advice_every, [] { return false; });
      if (well()) return true;
      operators_.advise();
    }
    return false;
  }

  void converge() {
    const Time began = ground_.now();
    const bool well = keep_asking(heal_limit);
    if (ground_.violation()) return;
    if (!well) {
      return ground_.violated("the stack does not become well",
                              fmt::format("{} s after everything was healed: {}", heal_limit / second,
                                          operators_.missing()));
    }
    ground_.seen["milliseconds to become well"] += static_cast<std::uint64_t>((ground_.now() - began) / millisecond);
    const auto* controller = world_.leading();
    world_.checkers.finish(world_.region(controller->state()->active_region));
  }

  Ground ground_;
  World world_;
  Operators operators_;
  Faults faults_;
};

}  // namespace

Outcome run_seed(std::uint64_t seed, bool tells) {
  Run run(seed, tells);
  run.play();
  return run.outcome(seed);
}

}  // namespace lifeboat::sim
