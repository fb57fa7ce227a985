#include "cli/chaos_switch.h"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <set>

#include "cli/scope_processes.h"

namespace lifeboat::cli {
namespace {

constexpr auto patience = std::chrono::seconds(5);

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Signals every process of the folders, again and again until a look finds none that is new.
base::Result<std::vector<ProcessHandle>> signal_all(const std::vector<std::filesystem::path>& folders, int signal) {
  std::vector<ProcessHandle> hit;
  std::set<int> known;
  for (bool found_new = true; found_new;) {
    found_new = false;
    for (ProcessHandle& process : processes_below(folders)) {
      if (!known.insert(process.pid()).second) continue;
      found_new = true;
      if (auto sent = process.signal(signal); !sent) return std::unexpected(sent.error());
      hit.push_back(std::move(process));
    }
  }
  return hit;
}

base::Status kill_all(const std::vector<ProcessHandle>& stopped) {
  for (const ProcessHandle& process : stopped) {
    if (auto sent = process.signal(SIGKILL); !sent) return sent;
  }
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (const ProcessHandle& process : stopped) {
    if (!process.wait_until_ended(deadline)) {
      return base::fail(base::ErrorCode::process_failed,
                        fmt::format("process {} is still there after 5 s", process.pid()));
    }
  }
  return {};
}

}  // namespace

base::Result<ChaosResult> act_on(ChaosAction action, const std::vector<std::filesystem::path>& folders) {
  ChaosResult result{unix_ms(), 0};
  // What is to be killed is stopped first, so that nothing is born or started again meanwhile.
  auto hit = signal_all(folders, action == ChaosAction::resume ? SIGCONT : SIGSTOP);
  if (!hit) return std::unexpected(hit.error());
  if (hit->empty()) return base::fail(base::ErrorCode::process_failed, "nothing of it runs", "See 'lifeboat status'.");
  result.processes = hit->size();
  if (action == ChaosAction::kill) {
    if (auto killed = kill_all(*hit); !killed) return std::unexpected(killed.error());
  }
  return result;
}

}  // namespace lifeboat::cli
