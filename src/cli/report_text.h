#pragma once

#include <string>

#include "api/report_view.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

/// A report that a manager can read from the top and an engineer can check to the bottom: what happened in a sentence,
/// the numbers against the objectives, where the time went, what the fence rests on, and every step with its time.
std::string report_text(const Terminal& terminal, const api::ReportView& report);

}  // namespace lifeboat::cli
