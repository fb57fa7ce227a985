#include "cli/chaos_switch.h"

#include <chrono>

#include "providers/local/power_switch.h"

namespace lifeboat::cli {
namespace {

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int act_on_asset(ChaosAction action, const std::filesystem::path& scope, const std::string& asset) {
  switch (action) {
    case ChaosAction::kill:
      return local::kill_asset(scope, asset);
    case ChaosAction::stop:
      return local::pause_processes(scope, asset);
    case ChaosAction::resume:
      return local::resume_processes(scope, asset);
  }
  return 0;
}

int act_on_scope(ChaosAction action, const std::filesystem::path& scope) {
  // Without an asset's name pausing and resuming mean the whole scope.
  return action == ChaosAction::kill ? local::kill_scope(scope) : act_on_asset(action, scope, "");
}

}  // namespace

base::Result<ChaosResult> act_on(ChaosAction action, const local::StackPaths& paths, const ChaosTarget& target) {
  const local::ScopePaths scope = target.region.empty() ? paths.global() : paths.region(target.region);
  ChaosResult result{unix_ms(), 0};
  if (target.whole_region) result.processes = act_on_scope(action, scope.root);
  for (const std::string& asset : target.assets) result.processes += act_on_asset(action, scope.root, asset);
  if (result.processes > 0) return result;
  return base::fail(base::ErrorCode::process_failed, "nothing of it runs", "Run 'lifeboat status' to see what does.");
}

}  // namespace lifeboat::cli
