#pragma once

#include <string>
#include <vector>

#include "api/status_view.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

/// One region as lines of at most `width` columns.
std::vector<std::string> region_lines(const Terminal& terminal, const api::RegionView& region, std::size_t width);

}  // namespace lifeboat::cli
