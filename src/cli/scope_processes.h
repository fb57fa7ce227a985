#pragma once

#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/error.h"

namespace lifeboat::cli {

/// A process that cannot be mistaken for a later one with the same number.
class ProcessHandle {
 public:
  ProcessHandle(int pid, int descriptor) : pid_(pid), descriptor_(descriptor) {}
  ~ProcessHandle();
  ProcessHandle(ProcessHandle&& other) noexcept : pid_(other.pid_), descriptor_(std::exchange(other.descriptor_, -1)) {}
  ProcessHandle& operator=(ProcessHandle&& other) noexcept {
    std::swap(pid_, other.pid_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }

  int pid() const { return pid_; }
  /// A process that has ended meanwhile is no error.
  base::Status signal(int number) const;
  /// True when it has ended (a zombie has), false when it still runs at the deadline.
  bool wait_until_ended(std::chrono::steady_clock::time_point deadline) const;

 private:
  int pid_;
  int descriptor_;
};

/// The living processes whose working directory is one of the folders or below it, zombies and this process apart.
/// Another user's are found only by root.
std::vector<ProcessHandle> processes_below(const std::vector<std::filesystem::path>& folders);

}  // namespace lifeboat::cli
