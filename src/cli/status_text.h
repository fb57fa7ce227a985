#pragma once

#include <string>

#include "api/status_view.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

/// The whole stack on one screen: the regions side by side where the terminal is wide enough, else one below the other.
std::string status_text(const Terminal& terminal, const api::StatusView& status);

/// "12 B", "3.4 kB", "1.2 MB".
std::string bytes_text(std::uint64_t bytes);

/// The next command to type, and why, as a status suggests it.
std::string next_step(const api::StatusView& status);

}  // namespace lifeboat::cli
