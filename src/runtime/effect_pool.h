#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lifeboat::runtime {

/// Runs blocking jobs, at most `limit` at once, each on a thread of its own: a thread is made when a job comes and
/// none is idle, and kept. Safe from any thread.
class EffectPool {
 public:
  explicit EffectPool(int limit) : limit_(limit) {}
  /// Waits for the jobs that run; those that have not begun are dropped.
  ~EffectPool();
  EffectPool(const EffectPool&) = delete;
  EffectPool& operator=(const EffectPool&) = delete;

  void run(std::function<void()> job);
  /// No job begins any more; those that run are waited for. Idempotent.
  void stop();

 private:
  void work();

  const int limit_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  int idle_ = 0;
  bool stopping_ = false;
};

}  // namespace lifeboat::runtime
