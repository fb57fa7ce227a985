#pragma once

#include <array>
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

/// Keeps both buckets' copies up to the log, each by a thread of its own, so that a dead region's does not hold up the
/// living one's. Callable from one thread.
///
/// A record counts when both buckets have it, or when one has it and says, in the same object, that it may be alone
/// with it. So what a bucket has that the other one lacks and that it does not call alone, nobody was ever told of.
/// Where two writers have each written to one bucket at the same time, the first bucket's bytes stay, unless the second
/// one's are alone; whose bytes go has never been told well.
class CopyCarriers {
 public:
  struct Settings {
    base::Milliseconds patience;
    base::Milliseconds retry_interval;
    std::function<void(const std::string&)> on_notice;  ///< Called with a lock held: it must not call back.
  };
  using Copies = std::array<BucketCopy, 2>;
  /// `log` outlives it. Nobody waits for a copy of `is_behind`, until it has been brought up.
  CopyCarriers(Copies copies, const FrameLog& log, Settings settings, std::array<bool, 2> is_behind = {});
  ~CopyCarriers();

  /// Until every bucket that answers has the log as it is now. stale_term as soon as one was changed by somebody else,
  /// and from then on; region_unreachable, or what the buckets say, when none has it. Of the log's first `known` bytes
  /// somebody may have been told before.
  base::Status carry(std::size_t known);

 private:
  struct Carrier {
    BucketCopy copy;
    bool is_first = false;                 ///< Its bucket's bytes stay where two have written at once.
    std::size_t reached = 0;               ///< What the bucket certainly has.
    std::uint64_t tried = 0;               ///< The newest attempt that ended began in this round; 0: none did.
    bool is_alone = false;                 ///< Its copy says that it may be.
    bool is_urgent = false;                ///< Tried now, whatever the interval says.
    bool is_behind = false;                ///< Nobody waits for it.
    bool is_contested = false;             ///< Somebody has written something else to it and not told anybody.
    std::optional<base::Error> trouble{};  ///< Of the newest attempt.
    std::chrono::steady_clock::time_point not_before{};
  };

  const Carrier& other(const Carrier& carrier) const;
  bool is_up(const Carrier& carrier) const;
  bool one_is_up() const;
  bool lacks_mark(const Carrier& carrier) const;
  bool may_overwrite(const Carrier& carrier) const;
  bool wants_work(const Carrier& carrier) const;

  void run(const std::stop_token& stop, Carrier& carrier);
  void attempt(std::unique_lock<std::mutex>& lock, Carrier& carrier);
  void note(Carrier& carrier, BucketCopy::Attempt attempt);
  void note_whole(Carrier& carrier);
  void settle_contests();
  void leave_behind(Carrier& carrier, const std::string& why);
  void hurry_if_none_is_well();
  /// What carry() is to answer; nothing while it has to wait.
  std::optional<base::Status> verdict() const;
  base::Status wait_for_verdict(std::unique_lock<std::mutex>& lock);

  const FrameLog& log_;
  Settings settings_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::array<Carrier, 2> carriers_;
  std::size_t target_ = 0;
  std::size_t known_ = 0;
  std::uint64_t round_ = 0;  ///< Counts carry(); nothing is read before the first.
  bool is_over_ = false;     ///< A carry() has failed: what it was to carry is not carried behind its back.
  std::optional<base::Error> conflict_;
  std::vector<std::jthread> threads_;  ///< Last, so that they end first.
};

}  // namespace lifeboat::aws_world
