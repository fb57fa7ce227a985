#pragma once

#include "cli/demo_stage.h"

namespace lifeboat::cli {

/// up → load → region killed → failover → report → reprotect → failback under load → report. What it starts is stopped
/// by the caller (`down`), also when a step fails.
base::Status tell_story(DemoStage& stage);

/// Ends the stack and proves it; the last step, whatever happened before.
base::Status take_down(DemoStage& stage);

}  // namespace lifeboat::cli
