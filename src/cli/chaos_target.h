#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "providers/local/layout.h"

namespace lifeboat::cli {

/// What a word of `chaos` means: a whole region, or some of its assets.
struct ChaosTarget {
  base::RegionName region;  ///< Empty when the assets lie outside both regions.
  bool whole_region = false;
  std::vector<std::string> assets;  ///< The names of those that are hit, when it is not the whole region.
};

/// Resolves "region us-east-2", "zone us-east-2a", "instance us-east-2/web-1" (or a name that only one region's asset
/// has, with a region's name in front otherwise). bad_flag with what there is, and with what was probably meant.
base::Result<ChaosTarget> resolve_target(const local::Layout& layout, const std::string& kind, const std::string& name);

}  // namespace lifeboat::cli
