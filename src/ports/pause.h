#pragma once

#include "base/units.h"

namespace lifeboat::ports {

/// How to wait before something is tried again. Callable from any thread.
class Pause {
 public:
  virtual ~Pause() = default;
  /// False, early, when whoever waits is to stop; then nothing is tried again.
  virtual bool wait(base::Milliseconds duration) = 0;
};

}  // namespace lifeboat::ports
