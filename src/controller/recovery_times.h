#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/record.h"
#include "engine/state.h"

namespace lifeboat::controller {

/// What the latest failovers took, by their reports. A report is built once for each. Safe to call from any thread.
class RecoveryTimes {
 public:
  /// Of those in the state's history whose recovery was measured. `records` is asked only for what is new.
  std::vector<base::Milliseconds> of(const engine::State& state,
                                     const std::function<std::vector<engine::Record>()>& records);

 private:
  std::mutex mutex_;
  std::map<base::OperationId, std::optional<base::Milliseconds>> known_;
};

}  // namespace lifeboat::controller
