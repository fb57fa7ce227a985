#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "model/stack.h"
#include "providers/local/layout.h"
#include "providers/local/paths.h"

namespace lifeboat::local {

/// The lowest slot whose addresses nobody claims and on which nobody listens, or the one that LIFEBOAT_SLOT names.
/// Errors: exhausted, bad_flag.
base::Result<int> choose_slot(const model::Stack& stack);

/// That everything the layout will listen on is free, or is held by the stack itself. ErrorCode::port_taken names the
/// first that is not, and its holder.
base::Status check_addresses(const StackPaths& paths, const model::Stack& stack, const Layout& layout);

/// That the disk has room for a stack: 1 GiB. ErrorCode::disk_full says how much there is.
base::Status check_disk(const std::filesystem::path& home);

/// Why the stack has no dashboards, in one line; empty when Grafana will run, or when the stack has no monitoring.
std::string missing_dashboard(const model::Stack& stack);

}  // namespace lifeboat::local
