#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/chaos_target.h"
#include "providers/local/paths.h"

namespace lifeboat::cli {

enum class ChaosAction { kill, stop, resume };

struct ChaosResult {
  std::int64_t at_unix_ms = 0;  ///< Just before the first signal was sent.
  int processes = 0;            ///< How many were hit.
};

/// Does it to every process of the target: kill is SIGKILL, stop SIGSTOP, resume SIGCONT. process_failed when nothing
/// of it runs.
base::Result<ChaosResult> act_on(ChaosAction action, const local::StackPaths& paths, const ChaosTarget& target);

}  // namespace lifeboat::cli
