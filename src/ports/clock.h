#pragma once

#include "base/units.h"

namespace lifeboat::ports {

/// Where time comes from. Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual base::Instant now() const = 0;
  virtual base::WallTime wall_now() const = 0;
};

}  // namespace lifeboat::ports
