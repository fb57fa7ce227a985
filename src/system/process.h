#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "system/descriptor.h"

namespace lifeboat::system {

/// A process that cannot be mistaken for a later one with the same number.
struct ProcessIdentity {
  pid_t pid = 0;
  std::uint64_t start_time_ticks = 0;  ///< Since boot, as the kernel counts.

  bool operator==(const ProcessIdentity&) const = default;
};

/// What the kernel says of a process in /proc/PID/stat.
struct ProcessStat {
  ProcessIdentity identity;
  pid_t parent = 0;
  char state = '?';  ///< 'Z' is a process that has ended and waits to be reaped.
};

std::optional<ProcessStat> process_stat(pid_t pid);

/// A handle to one process. While it exists its signals cannot reach another one.
class ProcessHandle {
 public:
  /// Nothing when the process has ended, or when its number belongs to a later one.
  static std::optional<ProcessHandle> open(const ProcessIdentity& identity);

  bool has_ended() const;
  /// False when it has ended already.
  bool signal(int number) const;
  /// True when it has ended within the limit.
  bool wait_ended(base::Milliseconds limit) const;
  int descriptor() const { return pidfd_.get(); }
  const ProcessIdentity& identity() const { return identity_; }

 private:
  ProcessHandle(Descriptor pidfd, ProcessIdentity identity) : pidfd_(std::move(pidfd)), identity_(identity) {}
  Descriptor pidfd_;
  ProcessIdentity identity_;
};

/// A program to execute in a session of its own, with nothing inherited but what is said here.
struct SpawnRequest {
  std::vector<std::string> argv;  ///< argv[0] is the program's path.
  std::map<std::string, std::string> environment;
  std::filesystem::path working_directory;
  std::filesystem::path output;  ///< Standard output and error are appended here; empty: /dev/null.
};

/// Executes the program. Returns when it has been executed; the caller reaps it. Errors: program_missing,
/// process_failed.
base::Result<ProcessIdentity> spawn(const SpawnRequest& request);

/// The environment variables that every child needs: PATH, HOME, LANG and, where set, LD_LIBRARY_PATH and where
/// Lifeboat looks for programs (LIFEBOAT_PACKAGES, LIFEBOAT_PROGRAM_PATH).
std::map<std::string, std::string> basic_environment();

}  // namespace lifeboat::system
