#pragma once

#include <string>

#include "api/log_view.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

/// "23:05:42.123  failover-7  The sentence.", the time being UTC.
std::string log_line(const Terminal& terminal, const api::LogEntryView& entry);

/// All of it; a line with the date where a new day begins.
std::string log_text(const Terminal& terminal, const api::LogView& log);

}  // namespace lifeboat::cli
