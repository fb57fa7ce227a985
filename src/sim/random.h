#pragma once

#include <cstdint>
#include <random>

#include "sim/time.h"

namespace lifeboat::sim {

/// The one source of chance of a simulation. The generator's numbers are fixed by the C++ standard and everything drawn
/// from them is made here, so a seed gives the same run everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : generator_(seed) {}

  /// 0 … n-1; n > 0. The bias of a remainder is far below what any seed count could show.
  std::uint64_t below(std::uint64_t n) { return generator_() % n; }
  /// Both ends included.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  bool chance(std::int64_t parts_per_million) {
    return parts_per_million > 0 && between(0, 999'999) < parts_per_million;
  }
  bool percent(std::int64_t percent) { return chance(percent * 10'000); }
  /// Mostly near `low`, now and then up to `high`: durations of real work look like that.
  Time skewed(Time low, Time high) {
    const Time span = high - low;
    return low + (percent(85) ? between(0, span / 8) : between(0, span));
  }

 private:
  std::mt19937_64 generator_;
};

}  // namespace lifeboat::sim
