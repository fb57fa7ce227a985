#include "engine/detection.h"

#include <fmt/format.h>

namespace lifeboat::engine {
namespace {

void record_loss(Stepper& stepper, const Probe& probe, const RegionWatch& watch) {
  const auto& state = stepper.state();
  const auto* role = probe.region == state.active_region ? "active" : "standby";
  stepper.record(
      RegionLost{probe.region, watch.first_miss_at,
                 fmt::format("{} is lost: {} probes in a row unanswered by its agent and by its load balancer "
                             "({}). It is the {} region.",
                             probe.region.value, watch.misses, probe.detail, role),
                 stepper.at().wall});
}

}  // namespace

void take_probe(Stepper& stepper, const Probe& probe) {
  const auto& setup = stepper.state().setup;
  if (probe.region != setup.home && probe.region != setup.standby) return;
  auto& watch = stepper.watch().regions[probe.region];
  watch.probed = true;
  watch.agent_answers = probe.agent_answered;
  const bool lost = stepper.state().lost.contains(probe.region);
  if (probe.agent_answered || probe.door_answered) {
    watch.misses = 0;
    if (lost) {
      stepper.record(RegionBack{probe.region, fmt::format("{} answers again.", probe.region.value), stepper.at().wall});
    }
    return;
  }
  if (watch.misses++ == 0) watch.first_miss_at = probe.sent_at;
  // Before the first up there is nothing that could be lost.
  const bool expected = stepper.state().epoch.value > 0;
  if (!lost && expected && watch.misses >= setup.detection_threshold) record_loss(stepper, probe, RegionWatch(watch));
}

void take_observation(Stepper& stepper, const Observation& observation) {
  const auto& state = stepper.state();
  const auto found = state.watch.regions.find(state.active_region);
  const bool silent = found != state.watch.regions.end() && found->second.misses > 0;
  if (silent || state.lost.contains(state.active_region)) return;
  stepper.watch().standby_streams = observation.standby_streams;
  stepper.watch().readiness = observation.readiness;
}

}  // namespace lifeboat::engine
