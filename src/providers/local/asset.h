#pragma once

#include <string>

#include "base/error.h"
#include "base/units.h"
#include "model/observed.h"

namespace lifeboat::local {

/// How long an agent that makes an asset exist again, by itself, gives it.
inline constexpr base::Milliseconds ensure_again_limit{20'000};

/// One thing that an agent runs as a process of its own. Safe to call from any thread; calls that change the same asset
/// wait for one another.
class Asset {
 public:
  virtual ~Asset() = default;

  virtual const std::string& name() const = 0;

  /// Makes it exist as the stack file describes it and waits until its own health check passes; adopts what runs. The
  /// error ends with the last lines of the process's log.
  virtual base::Status ensure(base::Instant deadline) = 0;

  /// What can be seen now; bounded by about half a second.
  virtual model::ObservedAsset observe() = 0;

  /// Ends its process. No error when it does not run.
  virtual base::Status stop() = 0;
};

}  // namespace lifeboat::local
