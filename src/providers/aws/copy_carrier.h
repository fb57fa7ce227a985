#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "providers/aws/bucket_copy.h"
#include "providers/aws/frame_log.h"

namespace lifeboat::aws_world {

/// Keeps the buckets' copies up to the log, each by a thread of its own, so that a dead region's does not hold up the
/// living one's. Callable from one thread.
class CopyCarriers {
 public:
  struct Settings {
    base::Milliseconds patience;
    base::Milliseconds retry_interval;
    std::function<void(const std::string&)> on_notice;
  };
  /// `log` outlives it.
  CopyCarriers(std::vector<BucketCopy> copies, const FrameLog& log, Settings settings);
  ~CopyCarriers();

  /// Until every bucket that answers has the log as it is now. stale_term as soon as one was changed by somebody else,
  /// and from then on; region_unreachable, or what the buckets say, when none has it. The log's first `known` bytes are
  /// what was there before; the rest is taken back from the other bucket on stale_term, as far as that is possible.
  base::Status carry(std::size_t known);

 private:
  struct Carrier {
    explicit Carrier(BucketCopy its_copy) : copy(std::move(its_copy)) {}
    BucketCopy copy;
    std::size_t reached = 0;  ///< What the bucket certainly has.
    std::uint64_t tried = 0;  ///< The newest attempt that ended began in this round; 0: none did.
    bool is_urgent = false;   ///< Tried now, whatever the interval says.
    bool is_behind = false;   ///< Nobody waits for it.
    bool has_retracted = false;
    std::optional<base::Error> trouble{};  ///< Of the newest attempt.
    std::chrono::steady_clock::time_point not_before{};
  };

  void run(const std::stop_token& stop, Carrier& carrier);
  bool wants_work(const Carrier& carrier) const;
  bool is_up(const Carrier& carrier) const;
  bool one_is_up() const;
  void retract(std::unique_lock<std::mutex>& lock, Carrier& carrier);
  void attempt(std::unique_lock<std::mutex>& lock, Carrier& carrier);
  void note(Carrier& carrier, std::uint64_t round, std::size_t target, base::Status status);
  void leave_behind(Carrier& carrier, const std::string& why);
  void hurry_if_none_is_well();
  /// What carry() is to answer; nothing while it has to wait.
  std::optional<base::Status> verdict() const;
  base::Status wait_for_verdict(std::unique_lock<std::mutex>& lock);

  const FrameLog& log_;
  Settings settings_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Carrier> carriers_;
  std::size_t target_ = 0;
  std::size_t known_ = 0;
  std::uint64_t round_ = 0;  ///< Counts carry(); nothing is read before the first.
  bool is_over_ = false;     ///< A carry() has failed: what it was to carry is not carried behind its back.
  std::optional<base::Error> conflict_;
  std::vector<std::jthread> threads_;  ///< Last, so that they end first.
};

}  // namespace lifeboat::aws_world
