#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "ports/log_file.h"

namespace lifeboat::journal {

/// A real file for a journal: made with mode 0600 where it is missing (the folder must exist), locked by flock for as
/// long as the object lives. ErrorCode::journal_locked when another process holds it.
base::Result<std::unique_ptr<ports::LogFile>> open_log_file(const std::filesystem::path& path);

}  // namespace lifeboat::journal
