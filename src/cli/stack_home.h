#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/context.h"
#include "cli/controller_client.h"
#include "model/stack.h"
#include "providers/local/layout.h"
#include "providers/local/paths.h"

namespace lifeboat::cli {

/// A stack that exists on this machine: its folder below LIFEBOAT_HOME, what it describes, where it listens.
struct StackHome {
  std::string name;
  local::StackPaths paths;
  model::Stack stack;
  local::Layout layout;
};

/// The names of the stacks below the folder, sorted.
std::vector<std::string> stacks_below(const std::filesystem::path& home);

/// The stack that the command is about: --stack, else the only one, else the one that ./stack.yaml names. stack_unknown
/// when there is none, bad_flag when it is not clear which.
base::Result<std::string> choose_stack(const GlobalOptions& options);

/// Reads the chosen stack's folder. Errors as choose_stack; bad_stack_file or corrupt when its files are damaged.
base::Result<StackHome> open_stack(const GlobalOptions& options);
base::Result<StackHome> open_stack_at(const local::StackPaths& paths, const std::string& name);

/// The client of the stack's controller; missing when the stack's token cannot be read.
base::Result<ControllerClient> connect(const StackHome& home);
/// Both at once, for the commands that only talk to the controller.
base::Result<ControllerClient> connect(const GlobalOptions& options);

}  // namespace lifeboat::cli
