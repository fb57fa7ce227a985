#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace lifeboat::local {

/// What the power switch did and what it saw afterwards.
struct PowerOff {
  int processes_ended = 0;
  base::Milliseconds took{0};
  std::vector<std::string> evidence;  ///< Sentences, for the fence certificate.
};

/// The local world's out-of-band switch: ends every process of a scope without asking it, and proves that none is left
/// and that nothing listens on its addresses. It needs nothing of the scope itself. Everything is stopped (SIGSTOP)
/// before anything is ended, so that nothing is born meanwhile. Errors: no_fence_certificate when something is left at
/// the end of `limit`.
base::Result<PowerOff> power_off(const std::filesystem::path& scope_root, const std::string& address_prefix,
                                 base::Milliseconds limit);

/// The same at the end of a stack, which may have been off for long: while nothing of the scope runs, it has no claim
/// to its addresses, and what listens there belongs to the stack that has. No certificate for a fence.
base::Result<PowerOff> end_scope(const std::filesystem::path& scope_root, const std::string& address_prefix,
                                 base::Milliseconds limit);

/// Ends every process of the scope at once, without stopping them first: a loss as abrupt as it can be made.
int kill_scope(const std::filesystem::path& scope_root);
/// SIGSTOP to every process of the scope, or of one asset when its name is given; returns how many.
int pause_processes(const std::filesystem::path& scope_root, const std::string& asset);
int resume_processes(const std::filesystem::path& scope_root, const std::string& asset);
int kill_asset(const std::filesystem::path& scope_root, const std::string& asset);

}  // namespace lifeboat::local
