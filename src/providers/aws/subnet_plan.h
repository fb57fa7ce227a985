#pragma once

#include <string>
#include <vector>

#include "model/stack.h"

namespace lifeboat::aws_world {

/// The blocks of one zone's subnets.
struct ZoneBlocks {
  std::string public_block;
  std::string private_block;
};

/// The blocks of each zone's subnets, in the order of the region's zones. Where the region's block has room for
/// sixteen, a zone's place follows from its letter, so that a zone more or another order moves nobody's subnet; in a
/// smaller block it follows from the order. Pure.
std::vector<ZoneBlocks> plan_subnets(const model::Region& region);

}  // namespace lifeboat::aws_world
