#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "model/stack.h"

namespace lifeboat::plan {

/// What the choices of the stack file cost while `active` is the active region, in sentences; most stacks have none.
/// `round_trip` between the two regions, where it was measured. Pure.
std::vector<std::string> prices(const model::Stack& stack, const base::RegionName& active,
                                std::optional<std::chrono::microseconds> round_trip);

}  // namespace lifeboat::plan
