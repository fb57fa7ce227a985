#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace lifeboat::events {

using TimePoint = std::chrono::steady_clock::time_point;

/// Calls `expire` on the executor once the moment has come, unless it is destroyed before. What `expire` cancels then
/// wakes up and asks expired(). One thread runs the executor.
class Deadline {
 public:
  Deadline(const boost::asio::any_io_executor& executor, TimePoint at, std::function<void()> expire);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  bool expired() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace lifeboat::events
