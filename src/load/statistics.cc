#include "load/statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lifeboat::load {
namespace {

/// Bucket of a value: its power of two, and which eighth of the way to the next.
std::size_t bucket_of(std::int64_t value, std::size_t steps) {
  const auto magnitude = static_cast<std::uint64_t>(std::max<std::int64_t>(value, 1));
  const auto power = static_cast<std::size_t>(std::bit_width(magnitude) - 1);
  const std::uint64_t base = std::uint64_t{1} << power;
  return power * steps + static_cast<std::size_t>((magnitude - base) * steps / base);
}

std::int64_t upper_bound_of(std::size_t bucket, std::size_t steps) {
  const double base = std::exp2(static_cast<double>(bucket / steps));
  return std::llround(base + base * static_cast<double>(bucket % steps + 1) / static_cast<double>(steps));
}

}  // namespace

void Latencies::add(std::int64_t microseconds) {
  ++buckets_.at(std::min(bucket_of(microseconds, steps), buckets_.size() - 1));
  ++count_;
  longest_us_ = std::max(longest_us_, microseconds);
}

std::int64_t Latencies::quantile_us(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen > 0 && seen >= wanted) return std::min(upper_bound_of(bucket, steps), longest_us_);
  }
  return 0;
}

void Summary::add(const RequestRecord& record) {
  ++requests;
  longest_us = std::max(longest_us, record.ended_at_us - record.started_at_us);
  if (record.kind == RequestKind::read) ++reads;
  if (record.status != 0) latencies.add(record.ended_at_us - record.started_at_us);
  if (!record.served_by.empty()) served_by = record.served_by;
  if (!record.acknowledged) {
    ++failed;
    last_error = record.error;
    if (!first_failure_us || first_acknowledged_after_us) {
      first_failure_us = record.started_at_us;
      first_acknowledged_after_us.reset();
    }
    return;
  }
  if (record.kind == RequestKind::read) return;
  ++acknowledged_writes;
  ++acknowledged_by[record.served_by.empty() ? "(not said)" : record.served_by];
  if (first_failure_us && !first_acknowledged_after_us) first_acknowledged_after_us = record.ended_at_us;
}

std::optional<std::int64_t> Summary::client_rto_ms() const {
  if (!first_failure_us || !first_acknowledged_after_us) return std::nullopt;
  return (*first_acknowledged_after_us - *first_failure_us + 500) / 1000;
}

}  // namespace lifeboat::load
