#include "cli/stack_host.h"

#include <fmt/format.h>

#include "cli/chaos_switch.h"
#include "cli/host_wiring.h"
#include "cli/scope_processes.h"

namespace lifeboat::cli {

base::Status start_stack(const StackSource& source, const local::StackPaths& paths, const Tell& tell) {
  const HostStarter starter = host_starter();
  if (starter == nullptr) {
    return base::fail(base::ErrorCode::process_failed, "this build of lifeboat has no local world to run stacks in");
  }
  return starter(source, paths, tell);
}

base::Result<StoppedStack> stop_stack(const local::StackPaths& paths, const Tell& tell) {
  StoppedStack stopped;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(paths.root, unreadable)) {
    if (!entry.is_directory() || processes_below({entry.path()}).empty()) continue;
    const std::string scope = entry.path().filename().string();
    tell(fmt::format("Stopping {}.", scope));
    stopped.scopes.push_back(scope);
  }
  // All at once, so that no scope's controller or agent starts again what has just ended in another.
  if (processes_below({paths.root}).empty()) return stopped;
  auto ended = act_on(ChaosAction::kill, {paths.root});
  if (!ended) return std::unexpected(ended.error());
  stopped.processes = ended->processes;
  return stopped;
}

base::Status remove_stack(const local::StackPaths& paths) {
  std::error_code problem;
  // The stack file goes last of all: while it is there the stack is, and 'down' can be run again.
  for (const auto& entry : std::filesystem::directory_iterator(paths.root, problem)) {
    if (entry.path() != paths.stack_file()) std::filesystem::remove_all(entry.path(), problem);
    if (problem) break;
  }
  if (!problem) std::filesystem::remove_all(paths.root, problem);
  if (!problem) return {};
  return base::fail(base::ErrorCode::io_failed,
                    fmt::format("cannot remove {}: {}", paths.root.string(), problem.message()));
}

}  // namespace lifeboat::cli
