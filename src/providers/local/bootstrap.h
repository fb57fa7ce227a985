#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/stack.h"
#include "providers/local/layout.h"
#include "providers/local/paths.h"

namespace lifeboat::local {

/// A stack as it stands on this machine's disk.
struct InstalledStack {
  StackPaths paths;
  model::Stack stack;
  Layout layout;
  std::filesystem::path stack_folder;  ///< Where the stack file was, and web.command runs; empty without a command.
};

/// The stacks below a LIFEBOAT_HOME, by name.
std::vector<std::string> installed_stacks(const std::filesystem::path& home);

/// Reads what `install` wrote. ErrorCode::stack_unknown when there is no such stack.
base::Result<InstalledStack> load_stack(const std::filesystem::path& home, const std::string& name);

/// Where `up` begins: checks that the machine has what the stack needs (programs, addresses, disk), and then makes its
/// folder, takes a slot and makes the secrets. For a stack that is there already, the stack file replaces the old one.
/// `stack_folder` is the folder that the stack file is in. When it fails nothing new is left.
base::Result<InstalledStack> install(const std::filesystem::path& home, const model::Stack& stack,
                                     const std::string& stack_text, const std::filesystem::path& stack_folder);

/// The folder that the stack's file was in when it was installed; file_missing when it was not, or has no web.command.
base::Result<std::filesystem::path> recorded_stack_folder(const StackPaths& paths);

/// Starts what lies outside both regions: the controller and the DNS server's agent. Idempotent.
base::Status start_global(const InstalledStack& installed);

/// Command line of the init of a scope; the provider uses the same to start a region.
struct ScopeStart {
  std::filesystem::path binary;
  std::filesystem::path scope_root;
  std::string address_prefix;
};
base::Status start_region(const InstalledStack& installed, const base::RegionName& region);

/// Ends everything of the stack, whatever is left of it, and proves it; returns what was seen, in sentences. Data stay.
base::Result<std::vector<std::string>> stop_everything(const InstalledStack& installed);
/// Removes the stack's folder; everything must have been stopped.
base::Status remove_stack(const InstalledStack& installed);

}  // namespace lifeboat::local
