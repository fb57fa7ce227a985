#pragma once

#include <vector>

#include "base/ids.h"
#include "model/observed.h"
#include "model/stack.h"

namespace lifeboat::model {

/// One asset that a stack file describes. Names are the same in every world and equal those of the local layout.
struct AssetDescription {
  base::AssetId id;  ///< The region is empty for what lies outside both.
  AssetKind kind = AssetKind::network;
  base::ZoneName zone;  ///< Empty for what has none, and where AWS or somebody else chooses it.
};

/// Everything the stack describes that a provider has to make: the home region's, the standby region's, the global
/// ones. Grafana is not among them: it runs where a binary is found.
std::vector<AssetDescription> assets_of(const Stack& stack);

}  // namespace lifeboat::model
