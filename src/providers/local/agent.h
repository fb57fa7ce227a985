#pragma once

#include <string>

#include "providers/local/paths.h"

namespace lifeboat::local {

struct AgentOptions {
  StackPaths stack;
  std::string scope;  ///< A region's name, or "global".
};

/// Runs the agent of a scope until SIGTERM or SIGINT; what it started goes on without it. Blocks both signals in the
/// whole process, so it must be called before any thread is started. Returns the process's exit code; what went wrong
/// stands on standard error.
int run_agent(const AgentOptions& options);

}  // namespace lifeboat::local
