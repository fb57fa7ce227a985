#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "ports/clock.h"
#include "ports/log_folder.h"

namespace lifeboat::journal {

/// Told how long a sync took that ended well; on the thread that uses the folder.
using SyncListener = std::function<void(std::chrono::nanoseconds)>;

/// The same folder, whose syncs of files are measured. The clock outlives it.
std::unique_ptr<ports::LogFolder> measure_syncs(std::unique_ptr<ports::LogFolder> folder, const ports::Clock& clock,
                                                SyncListener listener);

}  // namespace lifeboat::journal
