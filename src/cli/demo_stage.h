#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/child_command.h"
#include "cli/context.h"
#include "cli/live_lines.h"

namespace lifeboat::cli {

/// Where a demonstration runs: its folder, the commands it starts, and the narration. Every wait ends at a deadline, at
/// a command that failed, or at Ctrl-C. One thread.
class DemoStage {
 public:
  DemoStage(Context& context, std::filesystem::path home)
      : context_(context), home_(std::move(home)), lines_(context) {}

  const std::filesystem::path& home() const { return home_; }
  Context& context() { return context_; }

  /// Announces what happens next, in a line or two.
  void announce(const std::string& sentence);
  /// Says how it ended, with the time since the announcement.
  void conclude(const std::string& sentence);

  /// Runs a command of this program to its end, showing the time; what it printed. `allowed` are exit codes beside 0
  /// that are no failure.
  base::Result<std::string> run(const std::vector<std::string>& arguments, std::vector<int> allowed = {});
  base::Result<ChildCommand> start(const std::vector<std::string>& arguments);
  /// Waits until a command ends well; what it printed.
  base::Result<std::string> finish(ChildCommand& child, std::vector<int> allowed = {});
  /// Waits until the condition holds, showing the time. ErrorCode::wait_expired after the limit.
  base::Status wait_until(const std::function<bool()>& condition, const std::string& what, std::chrono::seconds limit);

  /// Waits go on after Ctrl-C: what cleans up must not be cut short.
  void ignore_interrupts() { heed_interrupts_ = false; }

 private:
  bool cut_short() const;
  void show_time();

  Context& context_;
  std::filesystem::path home_;
  LiveLines lines_;
  std::chrono::steady_clock::time_point announced_at_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point begun_at_ = std::chrono::steady_clock::now();
  std::string announced_;
  int outputs_ = 0;
  bool heed_interrupts_ = true;
};

}  // namespace lifeboat::cli
