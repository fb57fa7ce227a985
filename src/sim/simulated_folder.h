#pragma once

#include <string>
#include <string_view>

#include "journal/memory_folder.h"
#include "sim/random.h"

namespace lifeboat::sim {

/// A log folder on a MemoryDisk whose machine may die in the middle of an append: what was written then is there or
/// not, as the disk likes, and none of it was synced.
class SimulatedFolder : public journal::MemoryFolder {
 public:
  SimulatedFolder(journal::MemoryDisk& disk, bool& dies, Random& random)
      : MemoryFolder(disk), dies_(dies), random_(random) {}

  base::Status append(const std::string& name, std::string_view bytes) override {
    if (!dies_) return MemoryFolder::append(name, bytes);
    const auto kept = random_.below(bytes.size() + 1);
    if (auto written = MemoryFolder::append(name, bytes.substr(0, kept)); !written) return written;
    return base::fail(base::ErrorCode::io_failed, "the controller's machine dies while it writes to its journal");
  }

 private:
  bool& dies_;
  Random& random_;
};

}  // namespace lifeboat::sim
