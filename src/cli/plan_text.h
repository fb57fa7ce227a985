#pragma once

#include <string>

#include "api/plan_view.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

/// What `up` would do, and why: one line a step, region by region, and what is kept as a count.
std::string plan_text(const Terminal& terminal, const api::PlanView& plan);

}  // namespace lifeboat::cli
