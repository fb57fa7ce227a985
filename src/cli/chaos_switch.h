#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace lifeboat::cli {

enum class ChaosAction { kill, stop, resume };

struct ChaosResult {
  std::int64_t at_unix_ms = 0;  ///< Just before the first signal was sent.
  std::size_t processes = 0;    ///< How many were hit.
};

/// Does it to every process that works in one of the folders or below: stop is SIGSTOP, resume SIGCONT, kill SIGKILL to
/// what was stopped a moment before, and returns when all of it has ended. Looks again until nothing new is found, so
/// that what is born meanwhile is hit too. process_failed when something could not be hit, or when nothing of it runs.
base::Result<ChaosResult> act_on(ChaosAction action, const std::vector<std::filesystem::path>& folders);

}  // namespace lifeboat::cli
