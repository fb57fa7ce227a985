#include "engine/leadership.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "engine/grants.h"

namespace lifeboat::engine {
namespace {

/// The newest reign of which the two agents know. Who was told to take writes may have taken some, whatever else it was
/// told; and whoever was ever given a role knows who reigned.
Reign newest_reign(const RegionWatch& one, const base::RegionName& one_name, const RegionWatch& two,
                   const base::RegionName& two_name) {
  Reign reign;
  const auto consider = [&reign](const base::RegionName& region, base::Epoch epoch) {
    if (epoch > reign.epoch) reign = {region, epoch};
  };
  consider(one.duty->active_region, one.duty->epoch);
  consider(two.duty->active_region, two.duty->epoch);
  consider(one_name, one.duty->writes_in);
  consider(two_name, two.duty->writes_in);
  return reign;
}

const RegionWatch* obeying(const State& state, const base::RegionName& region) {
  const auto watch = state.watch.regions.find(region);
  const bool knows = watch != state.watch.regions.end() && watch->second.duty && watch->second.obeys;
  return knows ? &watch->second : nullptr;
}

/// After this one the next epoch begins, by an up. The epoch of the reign itself is not gone on with: it may be fenced,
/// or its promotion or reopening may never have come to its end.
base::Epoch promised_anywhere(const State& state, const Reign& reign, const AgentDuty& owner) {
  const auto promised = std::max(state.watch.newest_heard, owner.fenced_through);
  return reign.epoch.value == 0 ? promised : promised.next();
}

}  // namespace

void take_leads(Stepper& stepper, const Leads& leads) {
  const auto& state = stepper.state();
  const bool continues = leads.before.number == 0 || leads.before == state.term;
  stepper.watch().seat_confirmed_at = leads.claimed_at;
  stepper.watch().took_over = !continues;
  // A controller that was superseded may have told it of an epoch of which neither region ever heard.
  stepper.watch().newest_heard = std::max(state.watch.newest_heard, leads.newest_epoch);
  auto sentence = continues ? std::string()
                            : fmt::format(
                                  "Another controller has led since this journal was written (term {}): what the "
                                  "agents know counts.",
                                  leads.before.number);
  stepper.record(
      TermTaken{leads.term.number, leads.term.controller, continues, std::move(sentence), stepper.at().wall});
}

void take_seat(Stepper& stepper, const SeatConfirmed& seat) {
  auto& confirmed = stepper.watch().seat_confirmed_at;
  if (!confirmed || *confirmed < seat.asked_at) confirmed = seat.asked_at;
}

base::Milliseconds seat_validity(const State& state) {
  return state.setup.lease_time_to_live / 2;
}

bool holds_seat(const State& state, base::Instant now) {
  const auto& confirmed = state.watch.seat_confirmed_at;
  return !confirmed || now - *confirmed < seat_validity(state);
}

void adopt_if_behind(Stepper& stepper) {
  const auto& state = stepper.state();
  if (!is_behind(state)) return;
  const auto& [home, standby] = std::tie(state.setup.home, state.setup.standby);
  const auto* one = obeying(state, home);
  const auto* two = obeying(state, standby);
  if (one == nullptr || two == nullptr) return;
  auto reign = newest_reign(*one, home, *two, standby);
  if (reign.epoch.value == 0) reign.region = home;
  const auto promised = promised_anywhere(state, reign, *(reign.region == home ? one : two)->duty);
  // Whether the other region's data is a replica's, no agent's duty says: a reprotect finds out.
  constexpr bool is_replica = false;
  stepper.forget_effects();
  stepper.record(
      Adopted{reign.region, reign.epoch, promised, is_replica,
              fmt::format("The agents know better than this journal: {} reigns in epoch {}. 'lifeboat up' begins a "
                          "new epoch, and 'lifeboat reprotect' makes sure of the standby.",
                          reign.region.value, reign.epoch.value),
              stepper.at().wall});
}

void start_regions_while_behind(Stepper& stepper) {
  constexpr base::Milliseconds again_after{1000};
  const auto& state = stepper.state();
  if (!state.operation || state.operation->started.kind != OperationKind::up) return;
  for (const auto& region : {state.setup.home, state.setup.standby}) {
    const EffectId id{state.operation->id().value + "/start/" + region.value};
    const auto pause = state.watch.not_before.find(id);
    const bool waits = pause != state.watch.not_before.end() && stepper.at().now < pause->second;
    if (waits || state.watch.under_way.contains(id)) continue;
    stepper.issue({id, StartRegion{region}});
    stepper.watch().not_before[id] = stepper.at().now + again_after;
  }
}

}  // namespace lifeboat::engine
