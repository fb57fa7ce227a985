#pragma once

#include <memory>
#include <vector>

#include "providers/local/asset.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// Everything of a region but its database nodes, its load balancer and its pool. The context outlives them.
std::vector<std::unique_ptr<Asset>> make_region_assets(const RegionContext& context);

}  // namespace lifeboat::local
