#pragma once

#include <string>
#include <vector>

namespace lifeboat::controller {

/// The controller of one stack, until SIGTERM: `arguments` is the stack's folder. Returns the process's exit code; what
/// it has to say goes to standard error.
int run_controller(const std::vector<std::string>& arguments);

}  // namespace lifeboat::controller
