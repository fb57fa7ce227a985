#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/bucket.h"
#include "providers/aws/effects.h"
#include "providers/aws/load_balancer.h"

namespace lifeboat::aws_world {

using base::ErrorCode;

void EffectMemory::note_drained(const base::RegionName& region) {
  const std::lock_guard lock(mutex_);
  drained_.insert(region);
}

bool EffectMemory::is_drained(const base::RegionName& region) const {
  const std::lock_guard lock(mutex_);
  return drained_.contains(region);
}

void EffectMemory::forget_drained() {
  const std::lock_guard lock(mutex_);
  drained_.clear();
}

base::Status EffectMemory::once(const std::string& what, const std::function<base::Status()>& make) {
  const std::lock_guard lock(making_);
  if (made_.contains(what)) return {};
  auto made = make();
  if (made) made_.insert(what);
  return made;
}

Effects::Effects(const EffectPorts& ports, base::Instant deadline) : ports_(ports), work_(ports.parts.work, deadline) {}

base::Result<RegionDuty> Effects::change_duty(const base::RegionName& region, const DutyChange& change,
                                              const std::function<void(RegionDuty&)>& also) const {
  const auto& leads = ports_.leads;
  const auto decide = [&](RegionDuty duty) -> base::Result<RegionDuty> {
    auto next = leads ? engine::obeyed(duty.duty, leads->term) : base::Result<engine::AgentDuty>(duty.duty);
    if (next) next = change(std::move(*next));
    if (!next) return std::unexpected(next.error());
    duty.duty = std::move(*next);
    if (also) also(duty);
    return duty;
  };
  auto changed = ports_.parts.duties.change(region, decide, work_.deadline());
  if (!changed) return base::wrap(changed.error(), region.value);
  return changed;
}

base::Result<RegionDuty> Effects::accept(const base::RegionName& region, base::Epoch epoch) const {
  return change_duty(region, [epoch](engine::AgentDuty duty) { return engine::accepted(std::move(duty), epoch); });
}

Effects::Answer Effects::perform(const engine::StartRegion& effect) const {
  if (auto made = make_bucket(work_, ports_.parts.names, effect.region); !made) return std::unexpected(made.error());
  const auto duty = change_duty(effect.region, [](engine::AgentDuty same) { return same; });
  if (!duty) return std::unexpected(duty.error());
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::AssignRole& effect) const {
  const auto duty = change_duty(effect.region, [&effect](engine::AgentDuty before) {
    return engine::assigned(std::move(before), effect.role, effect.active_region, effect.epoch);
  });
  if (!duty) return std::unexpected(duty.error());
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::PromiseEpoch& effect) const {
  return base::fail(ErrorCode::effect_failed,
                    fmt::format("{}: no lease is granted on AWS, so there is nothing to promise", effect.region.value));
}

Effects::Answer Effects::perform(const engine::SetTraffic& effect) const {
  if (auto duty = accept(effect.region, effect.epoch); !duty) return std::unexpected(duty.error());
  if (auto set = set_traffic(work_, ports_.parts.names, effect.region, effect.mode); !set) {
    return std::unexpected(set.error());
  }
  const auto noted = change_duty(
      effect.region, [&](engine::AgentDuty duty) { return engine::accepted(std::move(duty), effect.epoch); },
      [&](RegionDuty& duty) { duty.traffic = effect.mode; });
  if (!noted) return std::unexpected(noted.error());
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::MeasureClients& effect) const {
  auto view = ports_.parts.measure(effect);
  if (!view) return std::unexpected(view.error());
  return std::move(*view);
}

}  // namespace lifeboat::aws_world
