#pragma once

#include <map>
#include <mutex>
#include <string>

#include "aws/failure.h"
#include "base/units.h"

namespace lifeboat::aws {

struct RetryPolicy {
  int attempts = 5;                    ///< The first one included.
  base::Milliseconds first_wait{100};  ///< The most before the second attempt; doubled before each further one.
  base::Milliseconds first_throttled_wait{500};  ///< The same after "too often".
  base::Milliseconds longest_wait{20'000};
};

/// Full jitter: evenly between nothing and a bound that doubles, so that clients which failed together do not come back
/// together. `attempt` is how many there were; `fraction` is from [0, 1). Pure.
base::Milliseconds wait_before_next(const RetryPolicy& policy, int attempt, FailureKind kind, double fraction);

/// Whether asking again can help and does no harm. Pure.
bool is_worth_repeating(const Failure& failure, bool is_repeatable);

/// Bounds the retries of all calls to one region together: when a service is down for everybody, one call in many tries
/// again instead of every call five times. Callable from any thread.
class RetryBudget {
 public:
  explicit RetryBudget(int tokens = 500) : most_(tokens), left_(tokens) {}

  /// Pays for a retry; false when there is nothing left.
  bool pay(FailureKind kind);
  /// A call succeeded: gives a little back.
  void earn();
  int left() const;

 private:
  mutable std::mutex mutex_;
  int most_;
  int left_;
};

/// A budget for each region: one that is lost must not use up what the living one's calls need. Callable from any
/// thread.
class RetryBudgets {
 public:
  /// Lives as long as this does.
  RetryBudget& of(const std::string& region);

 private:
  std::mutex mutex_;
  std::map<std::string, RetryBudget> budgets_;
};

}  // namespace lifeboat::aws
