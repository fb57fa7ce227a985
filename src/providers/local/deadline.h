#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/units.h"
#include "ports/clock.h"

namespace lifeboat::local {

/// A moment by which a piece of work has to end, together with the clock that it is measured on. A value; the clock
/// must outlive it.
class Deadline {
 public:
  Deadline(const ports::Clock& clock, base::Instant at) : clock_(&clock), at_(at) {}

  base::Instant at() const { return at_; }
  bool passed() const { return clock_->now() >= at_; }
  /// What is left, never negative.
  base::Milliseconds remaining() const {
    return std::max(base::Milliseconds{0}, std::chrono::duration_cast<base::Milliseconds>(at_ - clock_->now()));
  }
  /// What is left, but at most `limit`.
  base::Milliseconds at_most(base::Milliseconds limit) const { return std::min(limit, remaining()); }
  /// The earlier of this deadline and `limit` from now.
  Deadline sooner(base::Milliseconds limit) const { return {*clock_, std::min(at_, clock_->now() + limit)}; }

 private:
  const ports::Clock* clock_;
  base::Instant at_;
};

/// Asks `condition` again and again until it holds (true) or the deadline has passed (false). It is asked at least
/// once.
template <class Condition>
bool wait_for(const Deadline& deadline, base::Milliseconds interval, Condition&& condition) {
  while (!condition()) {
    if (deadline.passed()) return false;
    std::this_thread::sleep_for(interval);
  }
  return true;
}

}  // namespace lifeboat::local
