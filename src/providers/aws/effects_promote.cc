#include <fmt/format.h>

#include "providers/aws/effects.h"
#include "providers/aws/instances.h"
#include "providers/aws/peer_routes.h"

namespace lifeboat::aws_world {

using base::ErrorCode;

/// From here on only the promoted region is asked, except by a switchover of Aurora.
Effects::Answer Effects::perform(const engine::Promote& effect) const {
  const auto duty = change_duty(
      effect.region, [&](engine::AgentDuty before) { return engine::opened(std::move(before), effect.epoch); },
      [](RegionDuty& changed) { changed.final_position.reset(); });
  if (!duty) return std::unexpected(duty.error());
  const bool is_planned = ports_.memory.is_drained(effect.region);
  if (auto promoted = ports_.database.promote(work_, effect.region, is_planned); !promoted) {
    return std::unexpected(promoted.error());
  }
  return open_writer(effect.region, effect.epoch);
}

/// A writer as AWS sees it takes writes: the read-only setting that a planned fence left is replicated, and goes.
Effects::Answer Effects::open_writer(const base::RegionName& region, base::Epoch epoch) const {
  SqlTasks::Writer writer;
  // The database begins anew after a promotion, and instances that were started need a while.
  constexpr int patience = 1000;
  const auto accepts = [&](std::string& seen) -> base::Result<bool> {
    const auto found = ports_.sql.writer(region, work_.deadline());
    if (!found) return std::unexpected(found.error());
    writer = *found;
    seen = writer.accepts_writes ? "it does" : "it is in recovery";
    return writer.accepts_writes;
  };
  const auto reached =
      work_.wait_until(fmt::format("{}: the database accepts writes", region.value), accepts, patience);
  if (!reached) return std::unexpected(reached.error());
  if (auto allowed = ports_.sql.allow_writes(region, work_.deadline()); !allowed) {
    return std::unexpected(allowed.error());
  }
  if (auto schema = ports_.sql.ensure_schema(region, work_.deadline()); !schema) return std::unexpected(schema.error());
  if (auto reign = ports_.sql.write_reign(region, epoch, work_.deadline()); !reign) {
    return std::unexpected(reign.error());
  }
  return engine::Promotion{.node = "db-1", .timeline = writer.timeline, .position = writer.position};
}

/// What a fence took from the region is given back; and the other one the routes that lead here.
base::Status Effects::reopen_ground(const base::RegionName& region) const {
  if (auto rules = restore_rules(groups_of(region)); !rules) return rules;
  if (auto started = start_instances(work_, ports_.parts.names, region); !started) return started;
  for (const auto& one : {region, other(region)}) {
    if (auto routes = restore_peer_routes(work_, ports_.parts.names, one); !routes) return routes;
  }
  return {};
}

Effects::Answer Effects::perform(const engine::ReopenWriter& effect) const {
  const auto known = accept(effect.region, effect.epoch);
  if (!known) return std::unexpected(known.error());
  const auto look = ports_.database.look(work_, effect.region);
  if (!look) return std::unexpected(look.error());
  if (!look->source.empty() && known->duty.writes_in.value == 0) {
    return base::fail(ErrorCode::effect_failed,
                      fmt::format("{}: its database is a replica of {} and was never to be promoted, so there is no "
                                  "writer to reopen",
                                  effect.region.value, last_part(look->source)),
                      "Run 'lifeboat status' to see which region has the writer.");
  }
  const auto duty = change_duty(
      effect.region, [&](engine::AgentDuty before) { return engine::opened(std::move(before), effect.epoch); },
      [](RegionDuty& changed) { changed.final_position.reset(); });
  if (!duty) return std::unexpected(duty.error());
  ports_.memory.forget_drained();
  if (!look->exists) return engine::Done{};  // A writer that was never made: only its epoch is brought up.
  if (auto ground = reopen_ground(effect.region); !ground) return std::unexpected(ground.error());
  // A promotion that was begun is finished in this epoch; of a writer nothing is asked.
  if (auto promoted = ports_.database.promote(work_, effect.region, false); !promoted) {
    return std::unexpected(promoted.error());
  }
  const auto opened = open_writer(effect.region, effect.epoch);
  if (!opened) return opened;
  return engine::Done{};
}

}  // namespace lifeboat::aws_world
