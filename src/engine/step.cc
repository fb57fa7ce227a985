#include "engine/step.h"

#include <algorithm>
#include <utility>

#include "engine/automatic.h"
#include "engine/commands.h"
#include "engine/detection.h"
#include "engine/grants.h"
#include "engine/leadership.h"
#include "engine/progress.h"
#include "engine/stepper.h"
#include "engine/table.h"

namespace lifeboat::engine {
namespace {

struct Dispatch {
  Stepper& stepper;

  void operator()(const Tick&) const {}
  void operator()(const Probe& probe) const { take_probe(stepper, probe); }
  void operator()(const Observation& observation) const { take_observation(stepper, observation); }
  void operator()(const EffectFinished& answer) const { take_answer(stepper, answer); }
  void operator()(const Leads& leads) const { take_leads(stepper, leads); }
  void operator()(const SeatConfirmed& seat) const { take_seat(stepper, seat); }
  void operator()(const CommandGiven& given) const { take_command(stepper, given.command); }
};

struct TimeLimit {
  static constexpr base::Milliseconds second{1000};

  base::Milliseconds operator()(const StartRegion&) const { return 30 * second; }
  base::Milliseconds operator()(const EnsureAsset&) const { return 120 * second; }
  // Clients wait meanwhile, so a hold that does not come about is given up soon.
  base::Milliseconds operator()(const HoldWrites&) const { return 3 * second; }
  base::Milliseconds operator()(const DrainReplication&) const { return 10 * second; }
  base::Milliseconds operator()(const FenceRegion&) const { return 10 * second; }
  base::Milliseconds operator()(const PromiseEpoch&) const { return 2 * second; }
  base::Milliseconds operator()(const PrepareSwitchover&) const { return 60 * second; }
  base::Milliseconds operator()(const Promote&) const { return 30 * second; }
  base::Milliseconds operator()(const ReopenWriter&) const { return 30 * second; }
  // A copy of everything may be needed.
  base::Milliseconds operator()(const Reprotect&) const { return 3600 * second; }
  base::Milliseconds operator()(const CloneForDrill&) const { return 3600 * second; }
  base::Milliseconds operator()(const RehearseFailover&) const { return 60 * second; }
  base::Milliseconds operator()(const DiscardClone&) const { return 30 * second; }
  base::Milliseconds operator()(const MeasureClients&) const { return 30 * second; }
  template <class Other>
  base::Milliseconds operator()(const Other&) const {
    return 10 * second;
  }
};

}  // namespace

StepResult step(const State& state, const Input& input) {
  Stepper stepper(state, input.at);
  if (!stepper.watch().started_at) stepper.watch().started_at = input.at.now;
  std::visit(Dispatch{stepper}, input.body);
  fire_if_armed(stepper);
  fire_if_automatic(stepper);
  clean_up_drill(stepper);
  advance(stepper);
  give_lease(stepper);
  return stepper.finish();
}

void take(State& state, const StepResult& result) {
  for (const auto& record : result.records) state = fold(std::move(state), record);
  state.watch = result.watch;
}

base::Milliseconds time_limit(const EffectBody& body) {
  return std::visit(TimeLimit{}, body);
}

std::vector<base::RegionName> regions_needed(const State& state, OperationKind kind) {
  Operation operation;
  operation.started.kind = kind;
  operation.started.from = state.active_region;
  operation.started.to = state.standby_region();
  operation.epoch = state.promised_epoch.next();
  operation.certificate.emplace().final_position = base::Lsn{};
  auto reigned = state;
  std::vector<base::RegionName> regions;
  for (const auto& row : phase_table()) {
    if (row.kind != table_kind(kind) || row.phase == Phase::reopening) continue;  // Undoing is for a region that lives.
    if (row.phase == Phase::confirming) reigned.active_region = operation.started.to;
    for (const auto& task : row.tasks(reigned, operation)) {
      const auto region = region_of(task.body);
      const bool fences = std::holds_alternative<FenceRegion>(task.body);
      if (!region.empty() && !fences && std::ranges::find(regions, region) == regions.end()) regions.push_back(region);
    }
  }
  return regions;
}

}  // namespace lifeboat::engine
