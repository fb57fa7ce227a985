#pragma once

#include <cstdint>

#include "base/units.h"

namespace lifeboat::sim {

/// Simulated nanoseconds since the simulation began, as nobody in it can see them: everybody has a MachineClock.
using Time = std::int64_t;

inline constexpr Time microsecond = 1'000;
inline constexpr Time millisecond = 1'000'000;
inline constexpr Time second = 1'000'000'000;

inline Time time_of(base::Milliseconds span) {
  return span.count() * millisecond;
}

/// One machine's clock since its boot: it has its own beginning and runs a little too fast or too slowly. It counts
/// suspension, so nothing ever stops it.
class MachineClock {
 public:
  MachineClock() = default;
  /// `drift_ppm`: how much too fast, in millionths; `at_start`: what it shows when the simulation begins.
  MachineClock(Time at_start, std::int64_t drift_ppm) : shift_(at_start), drift_ppm_(drift_ppm) {}

  base::Instant at(Time now) const {
    const Time since = now - booted_at_;
    return base::Instant(std::chrono::nanoseconds(shift_ + since + since / 1'000'000 * drift_ppm_));
  }
  /// The machine starts again: the clock begins at nothing, as CLOCK_BOOTTIME does.
  void reboot(Time now) {
    booted_at_ = now;
    shift_ = 0;
  }

 private:
  Time shift_ = 0;
  Time booted_at_ = 0;
  std::int64_t drift_ppm_ = 0;
};

}  // namespace lifeboat::sim
