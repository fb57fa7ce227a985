#include "sim/run.h"

#include <fmt/format.h>

#include <tuple>
#include <utility>

#include "sim/stage.h"

namespace lifeboat::sim {
namespace {

void tell_settings(Ground& ground) {
  ground.tell([&ground] {
    const auto& [settings, setup] = std::tie(ground.settings, ground.settings.setup);
    return fmt::format("{}, leases of {} ms, probes every {} ms and lost after {}, hold-down {} ms, {}, {} replication",
                       setup.automatic ? "automatic" : "manual", setup.lease_time_to_live.count(),
                       setup.detection_interval.count(), setup.detection_threshold, setup.hold_down.count(),
                       setup.power_switch ? "a power switch" : "no power switch",
                       setup.synchronous ? "synchronous" : "asynchronous");
  });
}

void play(Stage& stage) {
  constexpr Time up_limit = 20 * second;
  auto& ground = stage.ground;
  tell_settings(ground);
  ++ground.seen["seeds"];
  if (stage.begin()) {
    stage.operators.up();
    if (ground.settings.up_first) stage.become_well(up_limit);
  }
  stage.faults.begin();
  stage.operators.begin();
  stage.pass(ground.settings.phase_one);
  stage.operators.stop();
  stage.converge();
}

}  // namespace

Outcome run_seed(std::uint64_t seed, const Listener& listener) {
  Stage stage(seed, draw_settings, listener);
  play(stage);
  auto& digest = stage.ground.scheduler.digest();
  for (const auto* controller : {&stage.world.controller, &stage.world.second_controller}) {
    for (const auto& [name, file] : controller->disk.names) digest.mix(file->written);
  }
  return {.seed = seed,
          .digest = digest.value(),
          .events = stage.ground.scheduler.events(),
          .simulated = stage.ground.now(),
          .violation = stage.ground.violation(),
          .seen = std::move(stage.ground.seen)};
}

}  // namespace lifeboat::sim
