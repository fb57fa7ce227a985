#pragma once

#include <string>

#include "cli/terminal.h"
#include "load/statistics.h"

namespace lifeboat::cli {

/// The line that is redrawn while a load runs.
std::string live_load_line(const Terminal& terminal, const load::Summary& summary);
/// What the run has seen, at its end.
std::string load_text(const Terminal& terminal, const load::Summary& summary);
/// The same as a document (docs/json.md).
std::string load_document(const load::Summary& summary);

}  // namespace lifeboat::cli
