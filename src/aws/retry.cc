#include "aws/retry.h"

#include <algorithm>
#include <cmath>

namespace lifeboat::aws {

base::Milliseconds wait_before_next(const RetryPolicy& policy, int attempt, FailureKind kind, double fraction) {
  const auto first = kind == FailureKind::throttled ? policy.first_throttled_wait : policy.first_wait;
  const double bound_ms = std::min(static_cast<double>(first.count()) * std::exp2(std::clamp(attempt, 1, 30) - 1),
                                   static_cast<double>(policy.longest_wait.count()));
  return base::Milliseconds(static_cast<std::int64_t>(bound_ms * fraction));
}

bool is_worth_repeating(const Failure& failure, bool is_repeatable) {
  switch (failure.kind) {
    case FailureKind::unreachable:
    case FailureKind::throttled:
      return true;
    case FailureKind::timeout:
    case FailureKind::cut_off:
    case FailureKind::server_fault:
      return is_repeatable;
    case FailureKind::bad_request:
    case FailureKind::no_credentials:
    case FailureKind::clock_skewed:
    case FailureKind::expired:
    case FailureKind::denied:
    case FailureKind::missing:
    case FailureKind::refused:
    case FailureKind::unreadable:
      break;
  }
  return false;
}

bool RetryBudget::pay(FailureKind kind) {
  // A timeout has already cost its whole wait, so it counts double.
  const int price = kind == FailureKind::timeout ? 10 : 5;
  const std::lock_guard lock(mutex_);
  if (left_ < price) return false;
  left_ -= price;
  return true;
}

void RetryBudget::earn() {
  const std::lock_guard lock(mutex_);
  left_ = std::min(most_, left_ + 1);
}

RetryBudget& RetryBudgets::of(const std::string& region) {
  const std::lock_guard lock(mutex_);
  return budgets_[region];
}

int RetryBudget::left() const {
  const std::lock_guard lock(mutex_);
  return left_;
}

}  // namespace lifeboat::aws
