#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "cli/stack_source.h"
#include "providers/local/paths.h"

namespace lifeboat::cli {

/// What was ended by stop_stack.
struct StoppedStack {
  std::vector<std::string> scopes;  ///< "us-east-2", "us-west-1", "global": those of which something ran.
  std::size_t processes = 0;
};

/// Called with a sentence for each thing that is about to be done.
using Tell = std::function<void(std::string_view sentence)>;

/// Makes the stack's folder (stack file, slot, secrets) where it is missing, starts what lies outside both regions, and
/// returns when the controller answers. Where all of that is so already, changes nothing. Errors: port_taken,
/// program_missing, disk_full, …; what a failed first start has made is the caller's to stop.
base::Status start_stack(const StackSource& source, const local::StackPaths& paths, const Tell& tell);

/// Ends every process of the stack, whatever state it is in and whether or not its controller or agents live, and
/// proves that none is left. The data stay.
base::Result<StoppedStack> stop_stack(const local::StackPaths& paths, const Tell& tell);

/// Removes a stopped stack's folder.
base::Status remove_stack(const local::StackPaths& paths);

}  // namespace lifeboat::cli
