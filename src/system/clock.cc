#include "system/clock.h"

#include <ctime>

namespace lifeboat::system {

base::Instant SystemClock::now() const {
  timespec time{};
  ::clock_gettime(CLOCK_BOOTTIME, &time);
  return base::Instant{std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)};
}

base::WallTime SystemClock::wall_now() const {
  return std::chrono::time_point_cast<base::Milliseconds>(std::chrono::system_clock::now());
}

}  // namespace lifeboat::system
