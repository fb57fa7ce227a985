#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/record.h"
#include "engine/state.h"

namespace lifeboat::controller {

/// What an operation that has ended measured, by its report; absent numbers were not measured.
struct Measured {
  std::optional<base::Milliseconds> recovery_time = {};
  std::optional<std::uint64_t> acknowledged_writes = {};
  std::optional<std::uint64_t> lost_acknowledged_writes = {};
};

/// What the latest operations measured. A report is built once for each. Safe to call from any thread.
class RecoveryTimes {
 public:
  using Records = std::function<std::vector<engine::Record>()>;

  /// Of every operation in the state's history. `records` is asked only for what is new.
  std::map<base::OperationId, Measured> measured(const engine::State& state, const Records& records);
  /// Of the failovers in the state's history whose recovery was measured.
  std::vector<base::Milliseconds> of(const engine::State& state, const Records& records);

 private:
  std::mutex mutex_;
  std::map<base::OperationId, Measured> known_;  ///< Of the history when it was last asked for.
};

}  // namespace lifeboat::controller
