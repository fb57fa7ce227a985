#pragma once

#include <filesystem>

#include "base/error.h"
#include "cli/chosen_stack.h"

namespace lifeboat::cli {

/// Makes the folder of an aws stack below LIFEBOAT_HOME, and writes down there what describes it: its file, and which
/// folder that was in. There is nothing of the stack itself in it: journal, secrets, audit log, load records. Again:
/// replaces the file.
base::Status install_aws_folder(const ChosenStack& chosen);

/// The folder that relative paths of the stack file are relative to: where the file is, or was when it was installed.
std::filesystem::path folder_of_file(const ChosenStack& chosen);

}  // namespace lifeboat::cli
