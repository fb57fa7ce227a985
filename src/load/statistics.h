#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "load/records.h"

namespace lifeboat::load {

/// Latencies in buckets that grow by an eighth, so that a percentile is right to about 6 % whatever its size. A value.
class Latencies {
 public:
  void add(std::int64_t microseconds);
  std::uint64_t count() const { return count_; }
  std::int64_t longest_us() const { return longest_us_; }
  /// The latency that this share (0 to 1) of the requests did not exceed; 0 when there are none.
  std::int64_t quantile_us(double share) const;

 private:
  static constexpr std::size_t steps = 8;  ///< Buckets a doubling.
  std::array<std::uint64_t, 40 * steps> buckets_{};
  std::uint64_t count_ = 0;
  std::int64_t longest_us_ = 0;
};

/// What a run of the load client has seen so far.
struct Summary {
  std::string run;
  std::string record_file;
  double elapsed_s = 0;
  std::uint64_t requests = 0;
  std::uint64_t reads = 0;
  std::uint64_t acknowledged_writes = 0;
  std::uint64_t failed = 0;
  Latencies latencies;                                   ///< Of answered requests.
  std::int64_t longest_us = 0;                           ///< Of all, failed ones too.
  std::map<std::string, std::uint64_t> acknowledged_by;  ///< Writes, by the region that acknowledged.
  std::string served_by;                                 ///< The region that answered last.
  /// The latest outage: from the first failure after requests had succeeded to the first acknowledged write after it.
  std::optional<std::int64_t> first_failure_us;
  std::optional<std::int64_t> first_acknowledged_after_us;
  std::string last_error;
  /// Takes one more record into account; records come in the order in which they ended.
  void add(const RequestRecord& record);
  /// The client's own recovery time: first failure → first acknowledged write after it.
  std::optional<std::int64_t> client_rto_ms() const;
};

}  // namespace lifeboat::load
