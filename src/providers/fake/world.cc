#include "providers/fake/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace lifeboat::fake {

using base::ErrorCode;
using engine::Done;
using model::RegionRole;
using model::TrafficMode;

World::World(const model::Stack& stack) {
  home_.name = stack.home.name;
  standby_.name = stack.standby.name;
}

Region& World::region(const base::RegionName& name) {
  LIFEBOAT_ASSERT(name == home_.name || name == standby_.name, "the region is one of the two");
  return name == home_.name ? home_ : standby_;
}

Region& World::other(const base::RegionName& name) {
  return name == home_.name ? standby_ : home_;
}

base::Result<engine::Outcome> World::perform(const engine::EffectBody& body) {
  auto answer = std::visit([this](const auto& effect) { return on(effect); }, body);
  replicate();
  check_promises(fmt::format("effect {}", body.index()));
  return answer;
}

base::Result<Region*> World::reach(const base::RegionName& name) {
  auto& found = region(name);
  if (found.powered && found.reachable) return &found;
  return base::fail(ErrorCode::region_unreachable, fmt::format("the agent of {} does not answer", name.value));
}

base::Result<Region*> World::reach(const base::RegionName& name, base::Epoch epoch) {
  auto found = reach(name);
  if (!found) return found;
  auto& known = (*found)->epoch;
  if (epoch < known) {
    return base::fail(ErrorCode::stale_epoch, fmt::format("{} knows epoch {}; the request is of epoch {}", name.value,
                                                          known.value, epoch.value));
  }
  known = epoch;
  return found;
}

World::Answer World::on(const engine::StartRegion& effect) {
  auto& found = region(effect.region);
  if (!found.reachable) {
    return base::fail(ErrorCode::region_unreachable, fmt::format("{} cannot be reached", effect.region.value));
  }
  if (!found.powered) revive(effect.region);
  return Done{};
}

World::Answer World::on(const engine::AssignRole& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  (*found)->role = effect.role;
  (*found)->active_region = (*found)->pool_target = effect.active_region;
  if (effect.role == RegionRole::standby) (*found)->database.writable = false;
  return Done{};
}

World::Answer World::on(const engine::EnsureAsset& effect) {
  if (effect.asset.region.empty()) {
    if (std::ranges::find(global_assets, effect.asset.name) == global_assets.end()) {
      global_assets.push_back(effect.asset.name);
    }
    return Done{};
  }
  auto found = reach(effect.asset.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  if (effect.asset.name.starts_with("db-") && !effect.asset.name.starts_with("db-exporter")) {
    if (auto status = ensure_database(**found); !status) return std::unexpected(status.error());
  }
  (*found)->assets.insert(effect.asset.name);
  return Done{};
}

World::Answer World::on(const engine::SetTraffic& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  (*found)->traffic = effect.mode;
  return Done{};
}

World::Answer World::on(const engine::HoldWrites& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  (*found)->held = true;
  return Done{};
}

World::Answer World::on(const engine::ReleaseWrites& effect) {
  auto found = reach(effect.region, effect.epoch);
  if (!found) return std::unexpected(found.error());
  (*found)->held = false;
  (*found)->pool_target = effect.writer_region;
  for (const auto write : std::exchange(clients.waiting, {})) {
    if (commit(region(effect.writer_region), write) == Fate::failed) ++clients.failed;
  }
  return Done{};
}

World::Answer World::on(const engine::WriteDnsRecord& effect) {
  dns_answer = effect.region;
  return Done{};
}

World::Answer World::on(const engine::ConfirmDns& effect) {
  if (dns_answer == effect.region) return Done{};
  return base::fail(ErrorCode::dns_failed,
                    fmt::format("the name's answer is '{}', not {}", dns_answer.value, effect.region.value));
}

World::Answer World::on(const engine::ConfirmService& effect) {
  const auto marker = clients.next++;
  if (dns_answer.empty() || write_through(region(dns_answer), marker, 0) != Fate::acknowledged) {
    return base::fail(ErrorCode::http_failed, "the front door does not acknowledge a marker");
  }
  return engine::ServiceConfirmation{effect.region.value, marker};
}

World::Answer World::on(const engine::MeasureClients&) {
  engine::ClientView view;
  view.clients_present = clients.next > 1;
  view.acknowledged_writes = clients.acknowledged.size();
  view.lost_acknowledged_writes = lost_writes().size();
  view.failed_requests = clients.failed;
  return view;
}

void World::kill(const base::RegionName& name) {
  auto& dead = region(name);
  dead.powered = false;
  dead.traffic = TrafficMode::closed;
  dead.held = false;
  dead.database.running = dead.database.writable = dead.database.streams = false;
  other(name).database.streams = false;
  dead.assets.clear();
}

void World::revive(const base::RegionName& name) {
  auto& back = region(name);
  back.powered = true;
  // What survives on disk is the assignment. An agent that reigned starts its writer again unless that epoch is fenced.
  const bool may_write = back.role == RegionRole::active && back.epoch > back.fenced && back.database.built;
  back.database.running = back.database.writable = may_write;
  check_promises("the return of " + name.value);
}

World::Fate World::write_through(Region& door, Write write, int hops) {
  if (!door.powered || door.traffic == TrafficMode::closed || hops > 1) return Fate::failed;
  if (door.traffic == TrafficMode::forward) return write_through(other(door.name), write, hops + 1);
  if (door.held) return Fate::waiting;
  return commit(door.pool_target.empty() ? door : region(door.pool_target), write);
}

World::Fate World::commit(Region& where, Write write) {
  if (!can_commit(where.name)) return Fate::failed;
  where.database.log.push_back(write);
  clients.acknowledged.push_back(write);
  return Fate::acknowledged;
}

void World::write_once() {
  const auto write = clients.next++;
  const auto fate = dns_answer.empty() ? Fate::failed : write_through(region(dns_answer), write, 0);
  if (fate == Fate::failed) ++clients.failed;
  if (fate == Fate::waiting) clients.waiting.push_back(write);
  replicate();
}

void World::check_promises(const std::string& after) {
  if (can_commit(home_.name) && can_commit(standby_.name)) {
    broken_.push_back(fmt::format("P1: after {}, both regions can commit", after));
  }
}

}  // namespace lifeboat::fake
