#pragma once

#include "cli/stack_host.h"

namespace lifeboat::cli {

/// Starts a stack's global scope in the world that this build was made for; see start_stack.
using HostStarter = base::Status (*)(const StackSource& source, const local::StackPaths& paths, const Tell& tell);

/// The world's starter, or null in a build without one. Wired in internal_commands.cc beside the internal commands.
HostStarter host_starter();

}  // namespace lifeboat::cli
