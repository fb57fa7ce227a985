#include <fmt/format.h>

#include "providers/aws/effects.h"

namespace lifeboat::aws_world {

using base::ErrorCode;

/// Nothing changes: what would stop the switchover half-way is found while the writer serves.
Effects::Answer Effects::perform(const engine::PrepareSwitchover& effect) const {
  if (auto duty = accept(effect.region, effect.epoch); !duty) return std::unexpected(duty.error());
  const auto& to = other(effect.region);
  const auto writer = ports_.database.look(work_, effect.region);
  if (!writer) return std::unexpected(writer.error());
  const auto replica = ports_.database.look(work_, to);
  if (!replica) return std::unexpected(replica.error());
  const auto fail = [](std::string message, const char* help) {
    return base::fail(ErrorCode::effect_failed, std::move(message), help);
  };
  if (!writer->is_writer() || !writer->serves()) {
    return fail(fmt::format("{}: the writer is '{}'", effect.region.value, writer->status),
                "Wait until it is available.");
  }
  if (replica->source.empty()) {
    return fail(fmt::format("{}: its database is no replica", to.value), "Run 'lifeboat reprotect'.");
  }
  if (replica->status != "available") {
    return fail(
        fmt::format("{}: the replica is '{}', and only an available one can be promoted", to.value, replica->status),
        "Wait until it is available; a backup takes a few minutes.");
  }
  // The way by which writes are stopped has to work before they are to be stopped.
  const auto reached = ports_.sql.writer(effect.region, work_.deadline());
  if (!reached) return std::unexpected(reached.error());
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::HoldWrites& effect) const {
  const auto note = [&](bool held) {
    return change_duty(
        effect.region, [&](engine::AgentDuty duty) { return engine::accepted(std::move(duty), effect.epoch); },
        [held](RegionDuty& duty) { duty.writes_held = held; });
  };
  // Noted first: a hold that was begun is known to whoever has to undo it.
  if (auto noted = note(true); !noted) return std::unexpected(noted.error());
  const auto stopped = ports_.sql.stop_writes(effect.region, work_.deadline());
  if (!stopped) return std::unexpected(stopped.error());
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::ReleaseWrites& effect) const {
  const auto known = accept(effect.region, effect.epoch);
  if (!known) return std::unexpected(known.error());
  // What was held here and is written elsewhere now goes on there; the setting here is the new writer's to undo.
  if (effect.region == effect.writer_region) {
    if (auto allowed = ports_.sql.allow_writes(effect.region, work_.deadline()); !allowed) {
      return std::unexpected(allowed.error());
    }
  }
  const auto noted = change_duty(
      effect.region, [&](engine::AgentDuty duty) { return engine::accepted(std::move(duty), effect.epoch); },
      [](RegionDuty& duty) { duty.writes_held = false; });
  if (!noted) return std::unexpected(noted.error());
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::DrainReplication& effect) const {
  base::Lsn at;
  const auto condition =
      fmt::format("{}: the replica has replayed {}", effect.region.value, base::to_string(effect.until));
  const auto drained = work_.wait_until(condition, [&](std::string& seen) -> base::Result<bool> {
    const auto replayed = ports_.sql.replayed(effect.region, work_.deadline());
    if (!replayed) return std::unexpected(replayed.error());
    at = *replayed;
    seen = base::to_string(at);
    return at >= effect.until;
  });
  if (!drained) return std::unexpected(drained.error());
  ports_.memory.note_drained(effect.region);
  return engine::Position{at};
}

}  // namespace lifeboat::aws_world
