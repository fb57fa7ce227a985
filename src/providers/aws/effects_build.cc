#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/effects.h"
#include "providers/aws/instances.h"
#include "providers/aws/templates.h"

namespace lifeboat::aws_world {

using base::ErrorCode;

/// The network, and the peering as soon as both are there: whichever comes second makes it.
base::Status Effects::ensure_network(const base::RegionName& region) const {
  auto& provisioner = ports_.parts.provisioner;
  constexpr auto role = DatabaseRole::writer;  // Of no account here.
  if (auto made = provisioner.apply(work_, region, Concern::network, role); !made) {
    return std::unexpected(made.error());
  }
  const auto there = provisioner.look(work_, other(region), Concern::network);
  if (!there) {
    // A region that is lost must not keep the other one from being built.
    const auto kind = there.error().kind();
    const bool is_silent = kind == base::ErrorKind::unavailable || kind == base::ErrorKind::timeout;
    if (!is_silent) return std::unexpected(there.error());
    work_.say(fmt::format("{}: no peering, because {} does not answer", region.value, other(region).value));
    return {};
  }
  if (!*there || !(*there)->outputs.contains("VpcId")) return {};
  const auto& stack = ports_.parts.stack;
  if (auto made = provisioner.apply(work_, stack.standby.name, Concern::peering, role); !made) {
    return std::unexpected(made.error());
  }
  if (auto made = provisioner.apply(work_, stack.home.name, Concern::peer_route, role); !made) {
    return std::unexpected(made.error());
  }
  return {};
}

/// The template never turns a writer into a replica, or a replica into a writer: that would delete it.
base::Status Effects::ensure_database(const base::RegionName& region, const RegionDuty& duty) const {
  const bool is_active = duty.duty.active_region == region;
  const auto role = is_active ? DatabaseRole::writer : DatabaseRole::replica;
  const auto look = ports_.database.look(work_, region);
  if (!look) return std::unexpected(look.error());
  if (look->exists && !is_active && look->is_writer()) {
    return base::fail(ErrorCode::effect_failed,
                      fmt::format("{}: its database is a writer of its own and no replica of {}", region.value,
                                  duty.duty.active_region.value),
                      "Run 'lifeboat reprotect' to make it one.");
  }
  if (look->exists && is_active && !look->is_writer()) {
    return base::fail(ErrorCode::effect_failed,
                      fmt::format("{}: its database is a replica of {}, but the region is the active one", region.value,
                                  last_part(look->source)),
                      "Run 'lifeboat failover' to have it promoted.");
  }
  if (auto made = ports_.parts.provisioner.apply(work_, region, Concern::database, role); !made) {
    return std::unexpected(made.error());
  }
  return ports_.parts.web_files.write_config(work_, ports_.database, region);
}

base::Status Effects::ensure_schema(const base::RegionName& region) const {
  return ports_.memory.once("schema of " + region.value, [&]() -> base::Status {
    constexpr int patience = 1000;  // Instances and database come up one after the other.
    return work_.wait_until(
        fmt::format("{}: the database has Lifeboat's schema", region.value),
        [&](std::string& seen) -> base::Result<bool> {
          const auto look = ports_.database.look(work_, region);
          if (!look) return std::unexpected(look.error());
          seen = look->exists ? look->status : "no database yet";
          if (!look->is_writer() || !look->serves()) return false;
          // An instance knows the database's name from this file.
          if (auto told = ports_.parts.web_files.write_config(work_, ports_.database, region); !told) {
            return std::unexpected(told.error());
          }
          if (auto made = ports_.sql.ensure_schema(region, work_.deadline()); !made) {
            return std::unexpected(made.error());
          }
          return true;
        },
        patience);
  });
}

base::Status Effects::ensure_web(const base::RegionName& region, const RegionDuty& duty) const {
  const auto& files = ports_.parts.web_files;
  const auto uploaded =
      ports_.memory.once("program of " + region.value, [&] { return files.upload_program(work_, region); });
  if (!uploaded) return uploaded;
  if (auto written = files.write_config(work_, ports_.database, region); !written) return written;
  if (auto made = ports_.parts.provisioner.apply(work_, region, Concern::web, DatabaseRole::writer); !made) {
    return std::unexpected(made.error());
  }
  // Stopped instances are what a fence leaves, and no template starts them.
  if (auto started = start_instances(work_, ports_.parts.names, region); !started) return started;
  return duty.duty.active_region == region ? ensure_schema(region) : base::Status{};
}

base::Status Effects::ensure_monitoring(const base::RegionName& region) const {
  if (auto made = ports_.parts.provisioner.apply(work_, region, Concern::monitoring, DatabaseRole::writer); !made) {
    return std::unexpected(made.error());
  }
  return {};
}

/// Done is what the service APIs show, whatever CloudFormation says.
base::Status Effects::wait_ready(const base::AssetId& asset) const {
  return work_.wait_until(asset.text(), [&](std::string& seen) -> base::Result<bool> {
    const auto region = ports_.parts.looks.region(asset.region);
    seen = region.reachable ? "not seen yet" : "the region does not answer";
    const auto judge = [&seen](model::AssetState state, const std::string& detail) {
      seen = fmt::format("{}{}{}", to_string(state), detail.empty() ? "" : ": ", detail);
      return state == model::AssetState::ready;
    };
    for (const auto& node : region.nodes) {
      if (node.name == asset.name) return judge(node.state, node.detail);
    }
    for (const auto& one : region.assets) {
      if (one.id == asset) return judge(one.state, one.detail);
    }
    return false;
  });
}

Effects::Answer Effects::perform(const engine::EnsureAsset& effect) const {
  const auto& region = effect.asset.region;
  if (region.empty()) {
    if (auto made = ensure_dns(); !made) return std::unexpected(made.error());
    return engine::Done{};
  }
  const auto duty = accept(region, effect.epoch);
  if (!duty) return std::unexpected(duty.error());
  base::Status made;
  if (!is_adopted()) {
    switch (concern_of(effect.asset)) {
      case Concern::database:
        made = ensure_database(region, *duty);
        break;
      case Concern::web:
        made = ensure_web(region, *duty);
        break;
      case Concern::monitoring:
        made = ensure_monitoring(region);
        break;
      default:
        made = ensure_network(region);
    }
  }
  if (made) made = wait_ready(effect.asset);
  if (made && effect.asset.name == "monitoring" && ports_.parts.apply_manifests) {
    ports_.parts.apply_manifests(work_, region);
  }
  if (!made) return std::unexpected(made.error());
  return engine::Done{};
}

}  // namespace lifeboat::aws_world
