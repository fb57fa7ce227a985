#include <fmt/format.h>

#include "providers/aws/adopted_replica.h"
#include "providers/aws/effects.h"
#include "providers/aws/rds_database.h"

namespace lifeboat::aws_world {

using base::ErrorCode;
using engine::ReprotectMethod;

namespace {

std::string snapshot_name(const Names& names, const base::RegionName& region, base::Epoch epoch) {
  return fmt::format("{}-before-epoch-{}", names.database(region), epoch.value);
}

}  // namespace

/// The old writer goes before anybody can reach the region's database again. Where its data is afterwards.
base::Result<std::string> Effects::remove_old_writer(const base::RegionName& region, base::Epoch epoch) const {
  const auto& parts = ports_.parts;
  if (is_adopted()) {
    if (auto put = put_old_writer_aside(work_, parts.names, region, epoch); !put) return std::unexpected(put.error());
    return fmt::format("RDS instance {} in {}, stopped", put_aside_name(parts.names, region, epoch), region.value);
  }
  const auto snapshot = snapshot_name(parts.names, region, epoch);
  if (auto gone = ports_.database.remove(work_, region, snapshot); !gone) return std::unexpected(gone.error());
  if (auto gone = parts.provisioner.remove(work_, region, Concern::database); !gone) {
    return std::unexpected(gone.error());
  }
  return fmt::format("RDS snapshot {} in {}", snapshot, region.value);
}

/// Makes the replica where there is none; `like` is the instance that was there before.
base::Status Effects::make_replica(const engine::Reprotect& effect, const DatabaseLook& like) const {
  const auto& parts = ports_.parts;
  if (!is_adopted()) {
    const auto made = parts.provisioner.apply(work_, effect.region, Concern::database, DatabaseRole::replica);
    if (!made) return std::unexpected(made.error());
    return {};
  }
  return create_replica(work_, parts.names, effect.region, effect.source, like);
}

/// After an interruption the old instance may be renamed already; it says what the new one has to be like.
base::Result<DatabaseLook> Effects::old_instance(const engine::Reprotect& effect, const DatabaseLook& now) const {
  if (now.exists || !is_adopted()) return now;
  return look_at_instance(work_, effect.region, put_aside_name(ports_.parts.names, effect.region, effect.epoch));
}

Effects::Answer Effects::perform(const engine::Reprotect& effect) const {
  const auto& parts = ports_.parts;
  const auto duty = accept(effect.region, effect.epoch);
  if (!duty) return std::unexpected(duty.error());
  const auto source_arn = parts.names.database_arn(effect.source);
  // A database that is no writer yet, or no more, is no source.
  const auto writer = ports_.database.look(work_, effect.source);
  if (!writer) return std::unexpected(writer.error());
  if (!writer->is_writer()) {
    return base::fail(ErrorCode::effect_failed,
                      fmt::format("{}: there is no writer to replicate from", effect.source.value));
  }
  const auto before = ports_.database.look(work_, effect.region);
  if (!before) return std::unexpected(before.error());
  engine::Reprotection done{.method = ReprotectMethod::followed, .ledger_file = ""};
  const bool follows = before->exists && same_database(before->source, source_arn);
  if (!follows && !ports_.database.follows_by_itself()) {
    const auto like = old_instance(effect, *before);
    if (!like) return std::unexpected(like.error());
    const auto kept = remove_old_writer(effect.region, effect.epoch);
    if (!kept) return std::unexpected(kept.error());
    done.method = ReprotectMethod::rebuilt;
    // After a planned move there is nothing in it that the new writer does not have.
    if (!duty->final_position) done.ledger_file = *kept;
    if (auto made = make_replica(effect, *like); !made) return std::unexpected(made.error());
  }
  if (auto ready = finish_replica(effect, source_arn); !ready) return std::unexpected(ready.error());
  return done;
}

/// From here on nothing is lost any more: the replica serves, the region gets back what a fence took, and the
/// description of the promoted database says what it is.
base::Status Effects::finish_replica(const engine::Reprotect& effect, const std::string& source_arn) const {
  const auto& parts = ports_.parts;
  if (auto ready = wait_for_database(work_, ports_.database, effect.region, source_arn); !ready) return ready;
  if (auto ground = reopen_ground(effect.region); !ground) return ground;
  if (!is_adopted()) {
    for (const auto& region : {effect.region, effect.source}) {
      if (auto told = parts.web_files.write_config(work_, ports_.database, region); !told) return told;
    }
    const auto described = parts.provisioner.apply(work_, effect.source, Concern::database, DatabaseRole::writer);
    if (!described) return std::unexpected(described.error());
  }
  const auto noted = change_duty(
      effect.region, [&](engine::AgentDuty duty) { return engine::accepted(std::move(duty), effect.epoch); },
      [](RegionDuty& duty) {
        duty.final_position.reset();
        duty.writes_held = false;
      });
  if (!noted) return std::unexpected(noted.error());
  return {};
}

}  // namespace lifeboat::aws_world
