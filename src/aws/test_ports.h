#pragma once

#include <vector>

#include "ports/chance.h"
#include "ports/clock.h"
#include "ports/pause.h"

namespace lifeboat::aws::testing {

/// 24 November 2026, 01:02:03 UTC, and later by what was waited; chance that is always one half.
struct TestTime : ports::Clock, ports::Pause, ports::Chance {
  base::Instant now() const override { return base::Instant(passed); }
  base::WallTime wall_now() const override {
    using namespace std::chrono_literals;
    return std::chrono::sys_days{std::chrono::year(2026) / 11 / 24} + 1h + 2min + 3s +
           std::chrono::floor<base::Milliseconds>(passed);
  }
  bool wait(base::Milliseconds duration) override {
    waits.push_back(duration);
    passed += duration;
    return !is_stopped;
  }
  double fraction() override { return 0.5; }

  std::chrono::nanoseconds passed{0};
  std::vector<base::Milliseconds> waits = {};
  bool is_stopped = false;
};

}  // namespace lifeboat::aws::testing
