#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.h"
#include "model/stack.h"

namespace lifeboat::model {

/// The stack, when no diagnostic is an error; and every finding, in the order of the file. Warnings may come with a
/// stack.
struct ParseResult {
  std::optional<Stack> stack;
  std::vector<Diagnostic> diagnostics;
};

/// Reads a stack file and checks it: all errors at once, also across keys. Pure; never throws, whatever the bytes;
/// answers either a stack or at least one error. `file_name` only appears in the diagnostics.
ParseResult parse_stack(std::string_view text, std::string file_name);

}  // namespace lifeboat::model
