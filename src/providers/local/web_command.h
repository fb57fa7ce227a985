#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/stack.h"
#include "providers/local/layout.h"
#include "providers/local/region_init.h"

namespace lifeboat::local {

// The stack file's own program (web.command) runs in the folder that the stack file was in when the stack was made, so
// that a relative path in the file means what it says.

/// The command with {address} and {port} filled in. Pure.
std::vector<std::string> fill_in(std::vector<std::string> command, const Endpoint& endpoint);

/// PATH, or the system's default where it is not set.
std::string program_path();

/// Whether a file may be executed by whoever is going to.
using Executable = std::function<bool(const std::filesystem::path& file)>;
/// By us.
bool executable(const std::filesystem::path& file);

/// A program given by name, looked for in the folders of PATH (`path`, separated by colons); one with a slash is
/// relative to `folder`. ErrorCode::program_missing says what to install.
base::Result<std::string> find_in_path(const std::string& program, const std::string& path,
                                       const std::filesystem::path& folder, const Executable& usable = executable);

/// That the user whom the stack's programs run as can work in the folder and run the command's program; asked at `up`,
/// so that nobody has to read it out of a restarting instance's log. Nothing to check without a command. Errors:
/// permission_denied, program_missing.
base::Status check_web_command(const model::WebTier& web, const std::filesystem::path& folder, const ScopeUser& user);

}  // namespace lifeboat::local
