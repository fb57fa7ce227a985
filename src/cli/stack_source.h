#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/context.h"
#include "model/diagnostic.h"
#include "model/stack.h"

namespace lifeboat::cli {

/// A stack file that was read and is valid.
struct StackSource {
  std::filesystem::path file;
  std::string text;
  model::Stack stack;
  std::vector<model::Diagnostic> warnings;
};

/// Reads a stack file. Every diagnostic is in the error's message, as a terminal shows them.
base::Result<StackSource> read_stack_source(const std::filesystem::path& file);

/// The file that the command line names, else ./stack.yaml.
std::filesystem::path stack_file_or_default(const std::string& named);

}  // namespace lifeboat::cli
