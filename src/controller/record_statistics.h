#pragma once

#include <prometheus/histogram.h>

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "engine/record.h"
#include "metrics/families.h"

namespace lifeboat::controller {

/// Counts what the journal's records tell: operations, their phases, errors, losses. Whoever takes the whole journal at
/// its start goes on counting where an earlier process ended. Safe to call from any thread.
class RecordStatistics {
 public:
  RecordStatistics() = default;
  explicit RecordStatistics(std::span<const engine::Record> records) { take(records); }

  void take(std::span<const engine::Record> records);
  void add_to(metrics::Families& families) const;

 private:
  struct Running {
    engine::OperationKind kind = engine::OperationKind::up;
    base::WallTime started_at{};
    std::optional<engine::Phase> phase;
    base::WallTime phase_since{};
  };
  struct Visitor;
  using Labels = std::vector<std::string>;

  void end(const base::OperationId& operation, engine::Verdict verdict, base::WallTime at);
  void end_phase(const Running& running, base::WallTime at);

  mutable std::mutex mutex_;
  std::map<base::OperationId, Running> running_;
  std::uint64_t records_ = 0;
  std::map<Labels, std::uint64_t> ended_;                    ///< By operation and verdict.
  std::map<Labels, std::uint64_t> errors_;                   ///< By effect and code.
  std::map<Labels, std::uint64_t> losses_;                   ///< By region.
  std::map<Labels, prometheus::Histogram> durations_;        ///< By operation.
  std::map<Labels, prometheus::Histogram> phase_durations_;  ///< By operation and phase.
};

}  // namespace lifeboat::controller
