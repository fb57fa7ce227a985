#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "controller/verifier.h"
#include "runtime/runtime.h"

namespace lifeboat::controller {

/// A verdict, what it says about a loss now, and what its marker took to the other region.
struct Assessment {
  readiness::Verdict verdict;
  std::optional<base::Milliseconds> predicted_loss;
  std::optional<base::Milliseconds> marker_lag;
};

/// Whose word counts for what a loss costs, where the active region was lost before this controller began.
enum class LagSource {
  seen_here,      ///< Nobody's: what was not seen before the loss is not known.
  kept_by_world,  ///< The standby's observation: the world keeps what was last measured of the replica.
};

/// Verifies every few seconds for as long as it lives, in a thread of its own, and keeps the latest verdict that was
/// reached while the active region answered: that is what a failover goes by when the region is lost. Safe to call from
/// any thread.
class ReadinessWatch {
 public:
  ReadinessWatch(runtime::Runtime& runtime, const Verifier& verifier, base::Milliseconds interval,
                 LagSource lag_source = LagSource::seen_here);
  ~ReadinessWatch();
  ReadinessWatch(const ReadinessWatch&) = delete;
  ReadinessWatch& operator=(const ReadinessWatch&) = delete;

  /// Verifies now; blocks for up to some seconds. The engine knows the verdict before this returns.
  Assessment verify();
  /// The latest assessment, whatever it says; for status.
  std::optional<Assessment> latest() const;
  /// The latest assessment in the engine's words, without looking again.
  engine::Readiness latest_for_engine();
  /// What a command should be judged by: a fresh verdict when the active region answers, the latest from before
  /// otherwise.
  engine::Readiness for_command();
  /// What a failover should be judged by: never waits when anything is known.
  engine::Readiness for_failover();

 private:
  void run(const std::stop_token& stop);
  bool says_something_of_the_standby(const readiness::Evidence& evidence) const;
  void note_loss(const runtime::Snapshot& snapshot);
  void note_kept_lag(const runtime::Snapshot& snapshot);
  std::optional<base::Milliseconds> loss() const;

  runtime::Runtime& runtime_;
  const Verifier& verifier_;
  base::Milliseconds interval_;
  LagSource lag_source_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<Assessment> latest_;
  std::optional<Assessment> before_loss_;
  std::optional<base::Milliseconds> lag_;
  bool synchronous_ = false;  ///< The active region said so when it was last seen.
  std::jthread thread_;       // Last: it uses everything above.
};

}  // namespace lifeboat::controller
