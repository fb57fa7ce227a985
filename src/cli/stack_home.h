#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/chosen_stack.h"
#include "cli/context.h"
#include "cli/controller_client.h"
#include "cli/purpose.h"
#include "providers/local/bootstrap.h"

namespace lifeboat::cli {

/// A stack of the local world: its folder below LIFEBOAT_HOME, what it describes, where it listens.
using StackHome = local::InstalledStack;

/// What a command cannot do with an aws stack, and what can be done in its place; both are sentences.
struct LocalOnly {
  std::string_view why_not;
  std::string_view instead;
};

/// Reads the chosen stack's folder. Errors as choose(), bad_flag with these words for an aws stack; bad_stack_file
/// or io_failed when its files are damaged.
base::Result<StackHome> open_stack(const GlobalOptions& options, const LocalOnly& local_only);
/// The same of a stack that is known to be a local one.
base::Result<StackHome> open_local_stack(const GlobalOptions& options);

/// The client of the stack's controller; missing when the stack's token cannot be read.
base::Result<ControllerClient> connect(const StackHome& home);
/// Both at once, for the commands that only talk to the controller. For an aws stack the controller is made in this
/// process, unless another command or `lifeboat serve` on this machine has one.
base::Result<ControllerClient> connect(const GlobalOptions& options, Purpose purpose);

}  // namespace lifeboat::cli
