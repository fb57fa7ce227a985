#pragma once

#include <filesystem>
#include <memory>

#include "base/error.h"
#include "ports/log_folder.h"

namespace lifeboat::journal {

/// A real folder (which must exist) for a journal: its files have mode 0600, and it is locked by flock for as long as
/// the object lives. ErrorCode::journal_locked when another process holds it.
base::Result<std::unique_ptr<ports::LogFolder>> open_log_folder(const std::filesystem::path& path);

/// The same without the lock, only to be read.
base::Result<std::unique_ptr<ports::LogFolder>> look_into_log_folder(const std::filesystem::path& path);

/// One without a disk: what is written to it is gone with the object. For whoever only looks at a copy.
std::unique_ptr<ports::LogFolder> volatile_log_folder();

}  // namespace lifeboat::journal
