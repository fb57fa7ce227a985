#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <optional>
#include <utility>

#include "engine/input.h"
#include "engine/step.h"

namespace lifeboat::runtime {

/// Inputs on their way to the thread that owns the state. Safe from any thread.
class Inbox {
 public:
  struct Letter {
    engine::InputBody body;
    std::optional<std::promise<engine::Reply>> reply;
  };

  /// Gives the letter back when the inbox is closed.
  std::optional<Letter> post(Letter letter) {
    const std::lock_guard lock(mutex_);
    if (closed_) return letter;
    letters_.push_back(std::move(letter));
    arrived_.notify_one();
    return std::nullopt;
  }

  /// The next letter; nothing when none came in time or it is closed.
  std::optional<Letter> next(std::chrono::steady_clock::duration limit) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, limit, [this] { return closed_ || !letters_.empty(); });
    if (closed_ || letters_.empty()) return std::nullopt;
    auto letter = std::move(letters_.front());
    letters_.pop_front();
    return letter;
  }

  /// Takes no more letters; those that were not read are given back.
  std::deque<Letter> close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    arrived_.notify_all();
    return std::exchange(letters_, {});
  }

  bool closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Letter> letters_;
  bool closed_ = false;
};

}  // namespace lifeboat::runtime
