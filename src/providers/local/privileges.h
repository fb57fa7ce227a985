#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "providers/local/region_init.h"

namespace lifeboat::local {

/// The user that a stack's programs run as: us, or when we are root an unprivileged one (PostgreSQL refuses root):
/// 'postgres' where there is one, else 'nobody'. Ids of -1 mean no change.
ScopeUser service_user();

/// The user's name, ours when nothing changes; its number where it has no name. Not for threads.
std::string user_name(const ScopeUser& user);

/// Makes everything below the folder the user's.
base::Status give_folder(const std::filesystem::path& folder, const ScopeUser& user);

/// Whether the user can reach the path and read and execute what is there.
bool accessible_to(const ScopeUser& user, const std::filesystem::path& path);

}  // namespace lifeboat::local
