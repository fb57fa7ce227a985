#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/context.h"
#include "cli/controller_client.h"
#include "providers/local/bootstrap.h"

namespace lifeboat::cli {

/// A stack that exists on this machine: its folder below LIFEBOAT_HOME, what it describes, where it listens.
using StackHome = local::InstalledStack;

/// The stack that the command is about: --stack, else the only one, else the one that ./stack.yaml names. stack_unknown
/// when there is none, bad_flag when it is not clear which.
base::Result<std::string> choose_stack(const GlobalOptions& options);

/// Reads the chosen stack's folder. Errors as choose_stack; bad_stack_file or io_failed when its files are damaged.
base::Result<StackHome> open_stack(const GlobalOptions& options);

/// The client of the stack's controller; missing when the stack's token cannot be read.
base::Result<ControllerClient> connect(const StackHome& home);
/// Both at once, for the commands that only talk to the controller.
base::Result<ControllerClient> connect(const GlobalOptions& options);

}  // namespace lifeboat::cli
