#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace lifeboat::events {

/// Counts requests under the names that the founding stack's dashboards query. Safe to use from any thread.
class Metrics {
 public:
  /// What the gauges showed at the moment of a scrape.
  struct Gauges {
    std::size_t client_connections = 0;
    std::size_t pool_connections = 0;
    std::size_t pool_waiting = 0;
    bool database_reachable = false;
    bool database_writable = false;
  };

  /// One answered request. `path` is the route's template, so that the number of series is bounded.
  void count(std::string_view method, std::string_view path, int status, double seconds);
  /// One request that ended in a defect (a 500).
  void count_exception(std::string_view method, int status);
  /// One write whose outcome the client was told is unknown.
  void count_unknown_outcome();

  /// Prometheus' text format.
  std::string text(const Gauges& gauges) const;

 private:
  static constexpr std::array bounds_s = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                          0.5,   0.75, 1.0,   2.5,  5.0,   7.5, 10.0};
  struct Histogram {
    std::array<std::uint64_t, bounds_s.size() + 1> buckets = {};  ///< Not cumulative; the last is +Inf.
    double sum_s = 0;
    std::uint64_t count = 0;
  };
  using Series = std::tuple<std::string, std::string, int>;  // method, path, status

  void append_requests(std::string& out) const;
  void append_durations(std::string& out) const;

  mutable std::mutex mutex_;
  std::map<Series, Histogram> durations_;
  std::map<std::pair<std::string, int>, std::uint64_t> exceptions_;
  std::uint64_t unknown_outcomes_ = 0;
};

}  // namespace lifeboat::events
