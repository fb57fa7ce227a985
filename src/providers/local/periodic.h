#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/units.h"

namespace lifeboat::local {

/// Does something again and again in a thread of its own, with a pause in between, until it is destroyed.
class Periodic {
 public:
  Periodic(base::Milliseconds pause, std::function<void()> work)
      : thread_([this, pause, work = std::move(work)](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            work();
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, stop, pause, [] { return false; });
          }
        }) {}

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace lifeboat::local
