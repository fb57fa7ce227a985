#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/state.h"
#include "engine/step.h"
#include "journal/journal.h"

namespace lifeboat::runtime {

/// The order that step() demands, without threads: input → step → persist → fold → effects out. The threaded Runtime
/// drives it in production and the simulator drives it by its own clock. Owned and called by one thread.
class Core {
 public:
  /// Folds what the journal holds.
  Core(engine::Setup setup, journal::Journal journal);

  struct Output {
    std::vector<engine::Record> records;     ///< Durable already.
    std::vector<engine::LeaseGrant> grants;  ///< To be sent now.
    std::vector<engine::Effect> effects;     ///< To be started now.
    std::vector<std::string> explanation;
    std::optional<engine::Reply> reply;
  };
  /// A failure means that the journal could not be written: nothing of this step happened, and the core must not be
  /// used again. A restart goes on from what the disk holds.
  base::Result<Output> handle(const engine::Input& input);

  const engine::State& state() const { return state_; }
  /// Everything since the stack was made, oldest first: what reports are built from.
  const std::vector<engine::Record>& records() const { return records_; }

 private:
  journal::Journal journal_;
  engine::State state_;
  std::vector<engine::Record> records_;
};

}  // namespace lifeboat::runtime
