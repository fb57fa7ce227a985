#pragma once

#include "providers/local/asset_process.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// What the assets of a region need of its context.
inline ScopeParts scope_parts(const RegionContext& context) {
  return {context.region.name, context.paths, context.clock, context.supervisor};
}

}  // namespace lifeboat::local
