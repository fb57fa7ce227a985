#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/effects.h"

// What a drill does: a clone of the region's replica, a name for it, and a write through that name.

namespace lifeboat::aws_world {

using base::ErrorCode;
using base::Milliseconds;

namespace {

constexpr Milliseconds name_needs_at_most{120'000};

/// Whether PostgreSQL answered; what it refuses is looked past, and told.
template <class Value>
base::Result<bool> said(const base::Result<Value>& answer, std::string& seen) {
  if (answer) return true;
  if (answer.error().code != ErrorCode::postgres_failed) return std::unexpected(answer.error());
  seen = answer.error().message;
  return false;
}

Milliseconds between(base::Instant from, base::Instant to) {
  return std::chrono::duration_cast<Milliseconds>(to - from);
}

}  // namespace

ClonePorts Effects::clone_ports() const {
  return {work_, ports_.parts.stack, ports_.parts.names, ports_.parts.looks.front_door};
}

/// stale_epoch when the drill was discarded, or a later one; stale_term when this controller no longer leads.
base::Status Effects::drill_goes_on(const base::RegionName& region, base::WallTime begun) const {
  const auto duty = change_duty(region, [](engine::AgentDuty same) { return same; });
  if (!duty) return std::unexpected(duty.error());
  if (begun > duty->discarded_through) return {};
  return base::fail(ErrorCode::stale_epoch,
                    fmt::format("{}: this drill is over: it was discarded, or one that began later by its "
                                "controller's clock",
                                region.value));
}

base::Result<ClonePart> Effects::await_clone(const engine::CloneForDrill& effect, const DatabaseLook& replica) const {
  const auto ports = clone_ports();
  const auto& region = effect.region;
  const auto made = work_.wait_until(fmt::format("{}: the clone is there", region.value),
                                     [&](std::string& seen) -> base::Result<bool> {
                                       if (auto goes_on = drill_goes_on(region, effect.begun); !goes_on)
                                         return std::unexpected(goes_on.error());
                                       return make_next(ports, region, effect.begun, replica, seen);
                                     });
  if (!made) {
    // Who discards meanwhile may have looked before what was asked for was there.
    const auto code = made.error().code;
    const auto is_mine = [&effect](base::WallTime begun) { return begun == effect.begun; };
    if (code == ErrorCode::stale_epoch || code == ErrorCode::stale_term) (void)remove_clone(ports, region, is_mine);
    return std::unexpected(made.error());
  }
  const auto look = look_at_clone(ports, region);
  if (!look) return std::unexpected(look.error());
  return look->served();
}

Effects::Answer Effects::perform(const engine::CloneForDrill& effect) const {
  const auto& region = effect.region;
  if (auto goes_on = drill_goes_on(region, effect.begun); !goes_on) return std::unexpected(goes_on.error());
  const auto replica = ports_.database.look(work_, region);
  if (!replica) return std::unexpected(replica.error());
  if (!replica->exists || replica->source.empty()) {
    return base::fail(ErrorCode::not_a_replica,
                      fmt::format("{}: {} is no replica", region.value, ports_.parts.names.database(region)));
  }
  const auto is_another = [&effect](base::WallTime begun) { return begun != effect.begun; };
  if (auto gone = remove_clone(clone_ports(), region, is_another); !gone) return std::unexpected(gone.error());
  const auto clone = await_clone(effect, *replica);
  if (!clone) return std::unexpected(clone.error());
  base::Lsn position;
  const Sql::Place place{region, clone->endpoint, clone->endpoint, clone->port};
  // A new endpoint's name needs a moment; a login that is refused is not waited for long.
  const auto answered =
      work_.within(name_needs_at_most)
          .wait_until(fmt::format("{}: the clone answers", region.value), [&](std::string& seen) -> base::Result<bool> {
            const auto found = ports_.sql.position_at(place, work_.deadline());
            if (found) position = *found;
            return said(found, seen);
          });
  if (!answered) return std::unexpected(answered.error());
  return engine::Position{position};
}

Effects::Answer Effects::perform(const engine::RehearseFailover& effect) const {
  const auto& region = effect.region;
  if (auto goes_on = drill_goes_on(region, effect.begun); !goes_on) return std::unexpected(goes_on.error());
  const auto look = look_at_clone(clone_ports(), region);
  if (!look) return std::unexpected(look.error());
  const auto& clone = look->served();
  if (!look->instance.is_of(effect.begun) || clone.endpoint.empty()) {
    return base::fail(ErrorCode::stale_epoch, fmt::format("{}: there is no clone of this drill", region.value));
  }
  engine::Rehearsal rehearsal;
  const auto began = work_.clock().now();
  if (auto named = name_clone(clone_ports(), ports_.parts.door, clone); !named) return std::unexpected(named.error());
  const auto named = work_.clock().now();
  rehearsal.dns = between(began, named);
  rehearsal.marker = work_.clock().wall_now().time_since_epoch().count();
  const auto host = ports_.parts.stack.dns.shadow().host();
  const Sql::Place place{region, host, clone.endpoint, clone.port};
  const auto served = work_.wait_until(
      fmt::format("a write through {} is acknowledged", host), [&](std::string& seen) -> base::Result<bool> {
        const auto number = ports_.sql.write_marker_at(place, rehearsal.marker, work_.deadline());
        // Resolvers hear of the name in their own time.
        const auto is_said = said(number, seen);
        return is_said && *is_said ? *number >= rehearsal.marker : is_said;
      });
  if (!served) return std::unexpected(served.error());
  rehearsal.service = between(named, work_.clock().now());
  rehearsal.served_by = region.value + "/" + ports_.parts.names.drill_clone(region);
  return rehearsal;
}

/// What is there is over, even if it began later: controllers' clocks differ, and only one drill is under way.
Effects::Answer Effects::perform(const engine::DiscardClone& effect) const {
  const auto look = look_at_clone(clone_ports(), effect.region);
  if (!look) return std::unexpected(look.error());
  auto through = effect.begun;
  for (const auto* part : {&look->storage, &look->instance}) through = std::max(through, part->begun.value_or(through));
  const auto duty = change_duty(
      effect.region, [](engine::AgentDuty same) { return same; },
      [&](RegionDuty& changed) { changed.discarded_through = std::max(changed.discarded_through, through); });
  if (!duty) return std::unexpected(duty.error());
  if (auto gone = remove_clone(clone_ports(), effect.region, all_drills); !gone) return std::unexpected(gone.error());
  return engine::Done{};
}

}  // namespace lifeboat::aws_world
