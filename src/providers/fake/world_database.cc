#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "providers/fake/world.h"

// What the world's databases do: the part where writes can be lost.

namespace lifeboat::fake {

using base::ErrorCode;
using engine::Done;

base::Lsn position_of(const Database& database) {
  return base::Lsn{0x3000000 + 0x100 * static_cast<std::uint64_t>(database.log.size())};
}

bool World::can_commit(const base::RegionName& name) {
  const auto& found = region(name);
  return found.powered && found.database.running && found.database.writable;
}

void World::replicate() {
  for (auto* region : {&home_, &standby_}) {
    auto& source = other(region->name);
    if (!region->database.streams || !region->powered || !source.powered || !replicates) continue;
    region->database.log = source.database.log;
    region->database.timeline = source.database.timeline;
  }
}

std::vector<Write> World::lost_writes() {
  const auto& reigning = can_commit(home_.name) ? home_ : standby_;
  const std::set<Write> kept(reigning.database.log.begin(), reigning.database.log.end());
  std::vector<Write> lost;
  std::ranges::copy_if(clients.acknowledged, std::back_inserter(lost),
                       [&kept](Write write) { return !kept.contains(write); });
  return lost;
}

base::Status World::ensure_database(Region& region) {
  auto& database = region.database;
  if (region.role == model::RegionRole::active) {
    if (region.epoch <= region.fenced) {
      return base::fail(ErrorCode::stale_epoch,
                        fmt::format("epoch {} is fenced in {}", region.fenced.value, region.name.value));
    }
    database.built = database.running = database.writable = true;
    return {};
  }
  if (database.built && database.streams) return {};
  auto& source = other(region.name);
  if (!can_commit(source.name)) {
    return base::fail(ErrorCode::postgres_failed, fmt::format("{} has no writer to copy", source.name.value));
  }
  database = {.built = true,
              .writable = false,
              .running = true,
              .streams = true,
              .timeline = source.database.timeline,
              .log = source.database.log};
  return {};
}

World::Answer World::on(const engine::PrepareSwitchover& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  if (can_commit(effect.region)) return Done{};
  return base::fail(ErrorCode::postgres_failed, fmt::format("{} has no writer", effect.region.value));
}

World::Answer World::on(const engine::FenceRegion& effect) {
  auto& old = region(effect.region);
  engine::FenceCertificate certificate{effect.region, effect.method, effect.epoch, {}, std::nullopt};
  if (effect.method == engine::FenceMethod::power) {
    kill(effect.region);
    certificate.evidence = {fmt::format("Every process of {} was ended; none is left.", effect.region.value)};
  } else {
    auto found = reach(effect.region);
    if (!found) return std::unexpected(found.error());
    if (!effect.planned) old.traffic = model::TrafficMode::closed;
    old.database.running = old.database.writable = false;
    replicate();
    certificate.evidence = {fmt::format("The writer of {} has shut down.", effect.region.value)};
    certificate.final_position = position_of(old.database);
  }
  old.fenced = std::max(old.fenced, effect.epoch);
  return certificate;
}

World::Answer World::on(const engine::PromiseEpoch& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  return engine::LeasePromise{};
}

World::Answer World::on(const engine::DrainReplication& effect) {
  auto found = reach(effect.region);
  if (!found) return std::unexpected(found.error());
  const auto position = position_of((*found)->database);
  if (position >= effect.until) return engine::Position{position};
  return base::fail(ErrorCode::wait_expired, fmt::format("{} is at {}, the writer stopped at {}", effect.region.value,
                                                         base::to_string(position), base::to_string(effect.until)));
}

World::Answer World::on(const engine::Promote& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  auto& database = (*found)->database;
  const auto& old = other(effect.region);
  if (old.fenced.value + 1 < effect.epoch.value) {
    broken_.push_back(fmt::format("P2: {} is promoted in epoch {}, and {} is fenced up to {} only", effect.region.value,
                                  effect.epoch.value, old.name.value, old.fenced.value));
  }
  if (!database.writable) {
    database.streams = false;
    database.running = database.writable = true;
    ++database.timeline;
  }
  return engine::Promotion{"db-1", database.timeline, position_of(database)};
}

World::Answer World::on(const engine::ReopenWriter& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  // What was never built is ensured next.
  if (!(*found)->database.built) return Done{};
  (*found)->database.running = (*found)->database.writable = true;
  return Done{};
}

World::Answer World::on(const engine::Reprotect& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  const auto& source = region(effect.source);
  if (!can_commit(effect.source)) {
    return base::fail(ErrorCode::postgres_failed, fmt::format("{} has no writer to follow", effect.source.value));
  }
  auto& database = (*found)->database;
  const std::set<Write> kept(source.database.log.begin(), source.database.log.end());
  const auto diverged = static_cast<std::uint64_t>(
      std::ranges::count_if(database.log, [&kept](Write write) { return !kept.contains(write); }));
  exported_writes += diverged;
  const auto method = diverged > 0 || database.timeline != source.database.timeline ? engine::ReprotectMethod::rewound
                                                                                    : engine::ReprotectMethod::followed;
  database = {.built = true,
              .writable = false,
              .running = true,
              .streams = true,
              .timeline = source.database.timeline,
              .log = source.database.log};
  return engine::Reprotection{method, diverged, diverged, 0, diverged > 0 ? "ledger.json" : ""};
}

World::Answer World::on(const engine::CloneForDrill& effect) {
  auto found = reach(effect.region);
  if (!found) return std::unexpected(found.error());
  auto& region = **found;
  if (effect.begun <= region.discarded_through) {
    return base::fail(ErrorCode::stale_epoch, fmt::format("{} has discarded this drill", effect.region.value));
  }
  if (!region.database.streams) {
    return base::fail(ErrorCode::not_a_replica, fmt::format("{} has no replica that streams", effect.region.value));
  }
  region.clone = Clone{effect.begun, false, region.database.log};
  return engine::Position{position_of(region.database)};
}

World::Answer World::on(const engine::RehearseFailover& effect) {
  auto found = reach(effect.region);
  if (!found) return std::unexpected(found.error());
  auto& clone = (*found)->clone;
  if (!clone || clone->begun != effect.begun) {
    return base::fail(ErrorCode::stale_epoch, fmt::format("{} has no clone of this drill", effect.region.value));
  }
  const Write marker = -1 - static_cast<Write>(clone->log.size());  // No client's.
  clone->promoted = true;
  clone->log.push_back(marker);
  return engine::Rehearsal{.served_by = effect.region.value + "/drill", .marker = marker};
}

World::Answer World::on(const engine::DiscardClone& effect) {
  auto found = reach(effect.region);
  if (!found) return std::unexpected(found.error());
  auto& region = **found;
  const auto made = region.clone ? region.clone->begun : effect.begun;
  region.discarded_through = std::max({region.discarded_through, effect.begun, made});
  region.clone.reset();
  return Done{};
}

}  // namespace lifeboat::fake
