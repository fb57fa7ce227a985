#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

// The routes between the regions' networks. Every call works in `region` alone.

/// Deletes the region's routes over a peering to the other region's network, after having written them down in the
/// region's bucket, and looks again until none is left. A sentence of what was seen then.
base::Result<std::string> cut_peer_routes(const Work& work, const model::Stack& stack, const Names& names,
                                          const base::RegionName& region);
/// Makes those that are written down again, and forgets them.
base::Status restore_peer_routes(const Work& work, const Names& names, const base::RegionName& region);

}  // namespace lifeboat::aws_world
