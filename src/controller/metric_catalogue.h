#pragma once

#include <span>

#include "metrics/families.h"

namespace lifeboat::controller {

/// What the controller may export: the rows of docs/metrics.md.
std::span<const metrics::Definition> metric_catalogue();

}  // namespace lifeboat::controller
