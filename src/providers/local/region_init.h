#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"

namespace lifeboat::local {

/// What the first process of a scope keeps running: command lines of our own binary.
struct RegionInitOptions {
  std::filesystem::path scope_root;
  std::string address_prefix;  ///< "127.10.": claimed for as long as the init lives.
  std::vector<std::vector<std::string>> children;
};

/// Runs the scope's process 1 until SIGTERM: becomes the reaper of all that is born below, claims the scope's
/// addresses, writes its identity, starts the children and starts them again when they die (after 100 ms, doubling to 2
/// s). Returns the process's exit code.
int run_region_init(const RegionInitOptions& options);

/// The process user of a scope when root starts it; ids of -1 leave the user as it is.
struct ScopeUser {
  int uid = -1;
  int gid = -1;
};

/// Starts a scope's init out of the caller's session and returns when it has written its identity. A scope whose init
/// runs already is left alone. Errors: port_taken when the addresses are claimed by another stack, process_failed with
/// what the init printed.
base::Status start_scope(const std::filesystem::path& binary, const RegionInitOptions& options, const ScopeUser& user);

/// True when the scope's init runs.
bool scope_runs(const std::filesystem::path& scope_root);

}  // namespace lifeboat::local
