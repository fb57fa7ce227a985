#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "ports/log_file.h"

namespace lifeboat::journal {

/// The bytes of a log file in memory, as a disk keeps them: what was not synced is gone after a crash.
struct MemoryDisk {
  std::string written;  ///< As the file reads now.
  std::size_t synced_bytes = 0;
  bool full = false;  ///< Appending fails with disk_full.

  /// A loss of power that keeps `kept` bytes of what was written and not synced.
  void crash(std::size_t kept = 0) { written.resize(std::min(written.size(), synced_bytes + kept)); }
};

/// A log file on a MemoryDisk, which must outlive it. For tests and for simulations.
class MemoryFile : public ports::LogFile {
 public:
  explicit MemoryFile(MemoryDisk& disk) : disk_(disk) {}

  base::Result<std::string> read_all() override { return disk_.written; }
  base::Status append(std::string_view bytes) override {
    if (disk_.full) return base::fail(base::ErrorCode::disk_full, "cannot write: the memory disk is full");
    disk_.written += bytes;
    return {};
  }
  base::Status sync() override {
    disk_.synced_bytes = disk_.written.size();
    return {};
  }
  base::Status truncate(std::uint64_t size_bytes) override {
    disk_.written.resize(size_bytes);
    return sync();
  }
  std::string name() const override { return "journal in memory"; }

 private:
  MemoryDisk& disk_;
};

}  // namespace lifeboat::journal
