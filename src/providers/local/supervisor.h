#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace lifeboat::local {

/// A program to keep running, as a region's agent starts it.
struct ProcessSpec {
  std::string name;  ///< The asset's name; one process each.
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;  ///< The whole environment but PATH, HOME, LANG and the scope's mark.
  /// Below the scope's folder, where the power switch finds it too; only a web.command works in the user's own folder,
  /// and is found by its parents, the scope's mark and its addresses.
  std::filesystem::path working_directory;
  std::filesystem::path log_file;  ///< Standard output and error, appended.
  int stop_signal = SIGTERM;
  base::Milliseconds stop_timeout{3000};  ///< After it: SIGKILL.
  bool restart = true;                    ///< Start again (with backoff) when it dies unasked.
};

struct ProcessStatus {
  pid_t pid = 0;  ///< 0 when not running.
  std::uint64_t starts = 0;
  std::string last_exit;  ///< "signal 9", "status 1"; empty while it has never ended.
};

/// Starts the scope's processes, starts again what died, and adopts what a predecessor started: a process is known by
/// pid and start time, kept in a file in its folder, and watched through a pidfd. Safe to call from any thread.
class Supervisor {
 public:
  /// `scope_root` is the scope's folder. Watches in a thread of its own until destroyed; destroying it ends no process.
  explicit Supervisor(std::filesystem::path scope_root);
  ~Supervisor();

  /// Makes the process run: adopts a running one that was started from an equal spec, replaces one that was not, starts
  /// one that is missing. Returns when it has been executed, not when it serves. Errors: program_missing,
  /// process_failed.
  base::Result<pid_t> ensure(const ProcessSpec& spec);

  /// Ends the process (signal, wait, then SIGKILL to it and to its descendants) and stops watching it. No error when it
  /// does not run.
  base::Status stop(const std::string& name);
  /// The same with a signal and a time limit of the caller's.
  base::Status stop(const std::string& name, int signal, base::Milliseconds timeout);

  base::Status signal(const std::string& name, int signal);
  std::optional<ProcessStatus> status(const std::string& name) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::local
