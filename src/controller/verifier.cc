#include "controller/verifier.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <iterator>
#include <utility>

#include "engine/step.h"
#include "model/assets.h"
#include "system/waiting.h"

namespace lifeboat::controller {
namespace {

using namespace std::chrono_literals;

constexpr auto synchrony_limit = 3s;

std::vector<readiness::ExpectedAsset> expected_assets(const model::Stack& stack) {
  std::vector<readiness::ExpectedAsset> expected;
  for (const auto& asset : model::assets_of(stack)) {
    expected.push_back({asset.id, asset.kind, asset.zone, true});
  }
  return expected;
}

std::optional<model::RegionFacts> value_or_nothing(base::Result<model::RegionFacts> facts) {
  if (!facts) return std::nullopt;
  return std::move(*facts);
}

}  // namespace

Verifier::Verifier(VerifierPorts ports, model::Stack stack, DoorAddress door_address, VerifierTimes times)
    : ports_(ports), stack_(std::move(stack)), door_address_(std::move(door_address)), times_(times) {}

readiness::Evidence Verifier::collect(const engine::State& state) const {
  const auto active = state.active_region;
  const auto standby = state.standby_region();
  readiness::Evidence evidence;
  evidence.stack = stack_;
  evidence.active = active;
  evidence.epoch = state.epoch;
  evidence.expected = expected_assets(stack_);
  evidence.active_door_address = door_address_(active);
  evidence.runbook_regions = engine::regions_needed(state, engine::OperationKind::failover);

  auto active_region = std::async(std::launch::async, [&] { return observe_settled(active); });
  auto standby_region = std::async(std::launch::async, [&] { return observe_settled(standby); });
  auto marker = std::async(std::launch::async, [&] { return send_marker(standby); });
  evidence.dns = ports_.provider.observe_dns();
  evidence.global_assets = ports_.provider.observe_global();
  evidence.active_region = active_region.get();
  evidence.standby_region = standby_region.get();
  await_synchrony(evidence);
  collect_facts(evidence);
  evidence.marker = marker.get();
  return evidence;
}

/// One late answer of a busy machine's part is no reason not to be ready.
model::ObservedRegion Verifier::observe_settled(const base::RegionName& region) const {
  const auto deadline = ports_.clock.now() + times_.settle_limit;
  while (true) {
    auto seen = ports_.provider.observe(region);
    const auto fails = [](const auto& part) { return part.state == model::AssetState::failing; };
    const bool settled = std::ranges::none_of(seen.assets, fails) && std::ranges::none_of(seen.nodes, fails);
    if (settled || !seen.reachable || ports_.clock.now() >= deadline) return seen;
    if (!wait(times_.settle_interval)) return seen;
  }
}

/// A replica that has just begun to stream is synchronous a moment later: when it has caught up.
void Verifier::await_synchrony(readiness::Evidence& evidence) const {
  const auto streams = std::ranges::any_of(evidence.standby_region.nodes, [](const auto& node) {
    return node.role == model::DatabaseRole::cross_region_replica && node.streaming;
  });
  if (!streams || stack_.database.cross_region != model::CrossRegionReplication::synchronous) return;
  const auto deadline = ports_.clock.now() + synchrony_limit;
  while (evidence.active_region.reachable && !readiness::is_synchronous(stack_, evidence.active_region) &&
         ports_.clock.now() < deadline && wait(20ms)) {
    evidence.active_region = ports_.provider.observe(evidence.active);
  }
}

void Verifier::collect_facts(readiness::Evidence& evidence) const {
  auto standby = std::async(std::launch::async, [&] { return ports_.provider.inspect(evidence.standby_region.name); });
  evidence.active_facts = value_or_nothing(ports_.provider.inspect(evidence.active_region.name));
  evidence.standby_facts = value_or_nothing(standby.get());
}

readiness::MarkerEvidence Verifier::send_marker(const base::RegionName& standby) const {
  readiness::MarkerEvidence evidence;
  evidence.number = ports_.clock.wall_now().time_since_epoch().count();
  const auto written = ports_.markers.write(evidence.number, ports_.clock.now() + times_.marker_limit);
  if (!written) {
    evidence.written_through = "the front door";
    evidence.problem = written.error().message;
    return evidence;
  }
  evidence.written_through = written->through;
  evidence.served_by = written->served_by;
  await_marker(standby, evidence);
  return evidence;
}

void Verifier::await_marker(const base::RegionName& standby, readiness::MarkerEvidence& evidence) const {
  const auto acknowledged = ports_.clock.now();
  const auto deadline = acknowledged + times_.marker_limit;
  evidence.problem = fmt::format("not there after {} s", times_.marker_limit.count() / 1000);
  while (ports_.clock.now() < deadline) {
    const auto seen = ports_.markers.read(standby, deadline);
    const auto now = ports_.clock.now();
    if (seen && *seen >= evidence.number) {
      evidence.lag = std::chrono::duration_cast<base::Milliseconds>(now - acknowledged);
      evidence.problem.clear();
      return;
    }
    if (!seen) evidence.problem = seen.error().message;
    if (!wait(times_.marker_interval)) {
      evidence.problem = "it was not waited for: the controller stops";
      return;
    }
  }
}

bool Verifier::wait(base::Milliseconds duration) const {
  return system::StoppablePause(stop_.get_token()).wait(duration);
}

engine::Readiness to_engine(const readiness::Verdict& verdict, std::optional<base::Milliseconds> predicted_loss) {
  return {.ready = verdict.ready, .reasons = verdict.findings(), .predicted_loss = predicted_loss};
}

}  // namespace lifeboat::controller
