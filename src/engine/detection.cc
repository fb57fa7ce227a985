#include "engine/detection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/grants.h"
#include "engine/leadership.h"

namespace lifeboat::engine {
namespace {

void record_loss(Stepper& stepper, const Probe& probe, const RegionWatch& watch) {
  const auto& state = stepper.state();
  const auto* role = probe.region == state.active_region ? "active" : "standby";
  stepper.record(
      RegionLost{probe.region, watch.first_miss_at,
                 fmt::format("{} is lost: {} probes in a row found neither its agent nor a working load balancer "
                             "({}). It is the {} region.",
                             probe.region.value, watch.misses, probe.detail, role),
                 stepper.at().wall});
}

void note_synchrony(Stepper& stepper, bool synchronous) {
  const auto& state = stepper.state();
  // While an operation moves the writer it is told by the operation's own sentences.
  if (synchronous == state.synchronous || state.operation) return;
  const auto& active = state.active_region;
  const auto& standby = state.standby_region();
  auto sentence =
      synchronous
          ? fmt::format("Replication from {} to {} is synchronous: every commit waits for {}, a loss of {} loses none.",
                        active.value, standby.value, standby.value, active.value)
          : fmt::format(
                "Replication from {} to {} is not synchronous now: commits do not wait for {}, a loss of {} "
                "would lose writes.",
                active.value, standby.value, standby.value, active.value);
  stepper.record(SynchronyChanged{active, synchronous, std::move(sentence), stepper.at().wall});
}

}  // namespace

void take_probe(Stepper& stepper, const Probe& probe) {
  const auto& setup = stepper.state().setup;
  if (probe.region != setup.home && probe.region != setup.standby) return;
  auto& watch = stepper.watch().regions[probe.region];
  watch.probed = true;
  watch.agent_answers = probe.agent_answered;
  watch.heard_of_other = probe.heard_of_other;
  watch.duty = probe.duty;
  watch.obeys = probe.obeys;
  if (probe.duty) stepper.watch().newest_heard = std::max(stepper.watch().newest_heard, probe.duty->newest);
  if (probe.lease_request) take_lease_request(stepper, probe.region, *probe.lease_request);
  adopt_if_behind(stepper);
  const bool lost = stepper.state().lost.contains(probe.region);
  if (probe.agent_answered || probe.door_answered) {
    watch.misses = 0;
    ++watch.answers;
    // As many answers as it takes misses to lose it, so that one that flaps is not back with each answer.
    if (lost && watch.answers >= setup.detection_threshold) {
      stepper.record(RegionBack{probe.region, fmt::format("{} answers again.", probe.region.value), stepper.at().wall});
    }
    return;
  }
  watch.answers = 0;
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
  if (observation.synchronous) note_synchrony(stepper, *observation.synchronous);
}

}  // namespace lifeboat::engine
