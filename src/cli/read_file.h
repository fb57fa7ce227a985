#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace lifeboat::cli {

/// The whole file. ErrorCode::io_failed or permission_denied with its name, and what the operating system said.
base::Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace lifeboat::cli
