#pragma once

#include <chrono>
#include <cstdint>

namespace lifeboat::base {

/// Time since the machine booted, suspension included, so that a paused machine cannot believe that no time has passed.
struct BootClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock, duration>;
  static constexpr bool is_steady = true;
};

/// A moment for measuring and for deadlines; comparable only on one machine since its boot.
using Instant = BootClock::time_point;
/// A moment for people, journals and reports.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

}  // namespace lifeboat::base
