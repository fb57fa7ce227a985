#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/operation_view.h"
#include "api/words.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

using api::duration_text;

/// A sentence of an operation with the time since it began, for a scrolling terminal.
std::string sentence_line(const Terminal& terminal, const api::OperationView& operation, std::string_view sentence);

/// What is under way: a line for the phase, and one for each thing that is not done yet (at most a dozen).
std::vector<std::string> progress_lines(const Terminal& terminal, const api::OperationView& operation);

/// How it ended: one line, the error with its help, and the next command to type.
std::string conclusion_text(const Terminal& terminal, const api::OperationView& operation);

/// "✔" done, "●" under way, "✖" failed …, coloured.
std::string state_mark(const Terminal& terminal, std::string_view state);

}  // namespace lifeboat::cli
