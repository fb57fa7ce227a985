#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <vector>

#include "base/error.h"
#include "sim/random.h"
#include "sim/time.h"

namespace lifeboat::sim {

/// One probe of a real machine.
struct RecordedProbe {
  Time began = 0;
  Time took = 0;
};

/// Reads what recorded/record.py wrote. Error: io_failed, corrupt.
base::Result<std::vector<RecordedProbe>> read_recorded(const std::filesystem::path& file);

/// How long messages took on a real machine, replayed in the order of the record, so that what was slow for a second is
/// slow for a second. A link begins somewhere in the record and somewhere else after each pass.
class RecordedDelays {
 public:
  /// `together`: all links are at the same place of the record, as on one machine whose whole load they share.
  RecordedDelays(std::vector<RecordedProbe> probes, bool together, Random random);

  /// Of a message that leaves now: what the latest probe took from its request to its answer.
  Time delay(std::size_t link, Time now);

 private:
  struct Pass {
    Time began = 0;
    Time offset = 0;
    std::size_t probe = 0;  ///< The latest.
  };
  Time length() const { return probes_.back().began + probes_.back().took; }

  std::vector<RecordedProbe> probes_;
  bool together_;
  Random random_;
  std::map<std::size_t, Pass> passes_;
};

}  // namespace lifeboat::sim
