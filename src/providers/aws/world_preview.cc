#include "providers/aws/world_preview.h"

#include "providers/aws/templates.h"

namespace lifeboat::aws_world {
namespace {

/// A database that stands keeps its role: no template changes it. In a new stack the home region writes.
base::Result<DatabaseRole> role_of(const PreviewPorts& ports, const base::RegionName& region) {
  const auto look = ports.database.look(ports.work, region);
  if (!look) return std::unexpected(look.error());
  const bool writes = look->exists ? look->is_writer() : region == ports.stack.home.name;
  return writes ? DatabaseRole::writer : DatabaseRole::replica;
}

}  // namespace

base::Result<std::vector<ConcernPreview>> preview_stacks(const PreviewPorts& ports) {
  std::vector<ConcernPreview> previews;
  for (const auto& region : {ports.stack.home.name, ports.stack.standby.name}) {
    const auto concerns = concerns_of(ports.stack, region);
    if (concerns.empty()) continue;
    const auto role = role_of(ports, region);
    if (!role) return std::unexpected(role.error());
    for (const auto concern : concerns) {
      auto changes = ports.provisioner.preview(ports.work, region, concern, *role);
      if (!changes) return std::unexpected(changes.error());
      previews.push_back({region, concern, std::move(*changes)});
    }
  }
  return previews;
}

}  // namespace lifeboat::aws_world
