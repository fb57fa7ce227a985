#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/stack_home.h"

namespace lifeboat::cli {

/// How the databases are treated when a stack ends.
enum class Ending {
  clean,   ///< Shut down in order first, so that the next start needs no recovery.
  abrupt,  ///< For a stack that is removed anyway.
};

/// Ends every process of the stack, whatever is left of it and whether or not its controller or agents live, proves
/// that none is left, and takes back what killed servers leave in the machine. The data stay. Returns what was seen, in
/// sentences.
base::Result<std::vector<std::string>> end_stack(const StackHome& home, Ending ending);

}  // namespace lifeboat::cli
