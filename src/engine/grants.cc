#include "engine/grants.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/leadership.h"
#include "engine/table.h"

namespace lifeboat::engine {
namespace {

/// A lease that is granted on an old wish would be over nearly at once.
bool is_fresh(const State& state, const RegionLeases& leases, base::Instant now) {
  return leases.request && now - leases.requested_at < renewal_interval(state.setup.lease_time_to_live) * 2;
}

bool is_due(const State& state, const RegionLeases& leases, base::Epoch epoch, base::Instant now) {
  if (!leases.granted_at || leases.granted_epoch != epoch) return true;
  return now - *leases.granted_at >= renewal_interval(state.setup.lease_time_to_live);
}

/// The fence by expiry that the running operation waits for, if it does.
const FenceRegion* awaited_expiry(const std::vector<Task>& tasks) {
  for (const auto& task : tasks) {
    const auto* fence = std::get_if<FenceRegion>(&task.body);
    if (fence != nullptr && fence->method == FenceMethod::expiry) return fence;
  }
  return nullptr;
}

FenceCertificate expiry_certificate(const State& state, const FenceRegion& fence) {
  const auto ttl = state.setup.lease_time_to_live;
  const auto& other = state.setup.other(fence.region);
  return {
      .region = fence.region,
      .method = FenceMethod::expiry,
      .epoch = fence.epoch,
      .evidence = {fmt::format("{} has promised to grant no lease of epoch {} any more, durably", other.value,
                               fence.epoch.value),
                   fmt::format("the controller has granted none since it wrote down that it fences {}",
                               fence.region.value),
                   fmt::format("the {} ms of the last lease that either can have granted are over, and 1 % more for "
                               "clocks that run at different rates: the databases of {} refuse to commit",
                               ttl.count(), fence.region.value)},
      .final_position = std::nullopt};
}

}  // namespace

std::optional<Reign> lease_owner(const State& state) {
  if (state.epoch.value == 0 || is_behind(state)) return std::nullopt;
  const Reign reign{state.active_region, state.epoch};
  if (!state.operation || !state.operation->phase) return reign;
  const auto& operation = *state.operation;
  switch (*operation.phase) {
    case Phase::fencing:
    case Phase::draining:
      return std::nullopt;
    case Phase::promoting:
      return Reign{operation.started.to, operation.epoch};
    case Phase::reopening:
      return Reign{operation.started.from, operation.epoch};
    default:
      return reign;
  }
}

void take_lease_request(Stepper& stepper, const base::RegionName& region, const LeaseRequest& request) {
  auto& leases = stepper.watch().leases[region];
  leases.request = request;
  leases.requested_at = stepper.at().now;
}

void give_lease(Stepper& stepper) {
  const auto owner = lease_owner(stepper.state());
  if (!owner || !holds_seat(stepper.state(), stepper.at().now)) return;
  auto& leases = stepper.watch().leases[owner->region];
  const auto now = stepper.at().now;
  if (!is_fresh(stepper.state(), leases, now) || !is_due(stepper.state(), leases, owner->epoch, now)) return;
  leases.granted_at = now;
  leases.granted_epoch = owner->epoch;
  stepper.grant({owner->region, owner->epoch, leases.request->made_at, stepper.state().setup.lease_time_to_live});
}

base::Instant own_leases_over_at(const State& state, const base::RegionName& region) {
  const auto ttl = state.setup.lease_time_to_live;
  // The controller before may not have known for a while that it was over.
  const auto others = state.watch.took_over ? with_margin(seat_validity(state)) : base::Milliseconds{0};
  const auto since_start = over_at(state.watch.started_at.value_or(base::Instant{}), ttl) + others;
  const auto leases = state.watch.leases.find(region);
  if (leases == state.watch.leases.end() || !leases->second.granted_at) return since_start;
  return std::max(since_start, over_at(*leases->second.granted_at, ttl));
}

void certify_expiry(Stepper& stepper) {
  const auto& operation = *stepper.state().operation;
  if (!operation.lease_promise) return;
  const auto tasks = phase_row(operation.started.kind, *operation.phase).tasks(stepper.state(), operation);
  const auto* fence = awaited_expiry(tasks);
  if (fence == nullptr) return;
  auto& watch = stepper.watch();
  // Of a promise that an earlier process was given only the fact is durable, not the moment.
  if (!watch.promised_over_at) {
    watch.promised_over_at = over_at(stepper.at().now, stepper.state().setup.lease_time_to_live);
  }
  const auto over = std::max(*watch.promised_over_at, own_leases_over_at(stepper.state(), fence->region));
  if (stepper.at().now < over) return;
  const auto id = fence_id(operation);
  if (const auto found = operation.progress.find(id); found != operation.progress.end() && found->second.done) return;
  stepper.record(EffectSucceeded{operation.id(), id, expiry_certificate(stepper.state(), *fence), stepper.at().wall});
}

}  // namespace lifeboat::engine
