#pragma once

#include <optional>
#include <string>

#include "base/error.h"
#include "cli/stack_home.h"
#include "journal/repair.h"

namespace lifeboat::cli {

/// What a repair of the stack's journal can know from elsewhere: what the regions' agents wrote down about who reigns,
/// and `active`, the region that the operator names (empty: none). The agents' word counts where both have one and
/// neither has heard of an epoch whose reign it was not told of. ErrorCode::bad_flag when the stack has no such region.
base::Result<journal::RepairInput> what_is_known(const StackHome& home, const std::string& active, base::WallTime now);

}  // namespace lifeboat::cli
