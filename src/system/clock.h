#pragma once

#include "ports/clock.h"

namespace lifeboat::system {

/// The machine's own clocks: CLOCK_BOOTTIME, which counts suspension, and the wall clock.
class SystemClock : public ports::Clock {
 public:
  base::Instant now() const override;
  base::WallTime wall_now() const override;
};

}  // namespace lifeboat::system
