#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "model/observed.h"

namespace lifeboat::controller {

/// Requests and errors per second of each region, from the growth of its load balancer's own counters, and its
/// replica's lag. Safe to call from any thread.
class RateMeter {
 public:
  struct RegionRate {
    std::string name;
    std::optional<double> requests_per_s{};
    std::optional<double> errors_per_s{};
    std::optional<std::uint64_t> lag_bytes{};
    std::optional<std::int64_t> lag_ms{};
  };
  using Rates = std::vector<RegionRate>;

  /// Takes what was observed and says what is known, over about the last second. Asked twice about one observation it
  /// says the same.
  RegionRate measure(const base::RegionName& name, const model::ObservedRegion* seen);

  /// {"at_ms", "regions": […]} on one line.
  static std::string to_document(const Rates& rates, std::int64_t at_ms);

 private:
  struct Sample {
    base::WallTime at{};
    std::uint64_t requests = 0;
    std::uint64_t errors = 0;
  };
  std::mutex mutex_;
  std::map<base::RegionName, std::deque<Sample>> samples_;  ///< Oldest first.
};

}  // namespace lifeboat::controller
