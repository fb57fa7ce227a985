#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <optional>

#include "load/load.h"

namespace lifeboat::load {

/// Resolves the front door as a real client does: keeps an answer for its TTL, not longer; never keeps a failure. All
/// calls on one executor's thread; the look-up itself blocks in a thread of its own.
class FrontDoor {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;

  FrontDoor(boost::asio::any_io_executor executor, const LoadOptions& options);

  /// Where to send a request now. Requests that come while a look-up is under way share its answer.
  boost::asio::awaitable<base::Result<Endpoint>> endpoint();

 private:
  void start_look_up();
  void take(const base::Result<NameAnswer>& answer, std::chrono::steady_clock::time_point asked_at);

  boost::asio::any_io_executor executor_;
  const LoadOptions& options_;
  boost::asio::steady_timer refreshed_;  ///< Never expires; cancelled when a look-up has ended.
  bool refreshing_ = false;
  std::optional<base::Result<Endpoint>> answer_;
  std::chrono::steady_clock::time_point valid_until_;
  boost::asio::thread_pool look_ups_{1};  ///< Last, so that its thread is joined before anything it uses goes.
};

}  // namespace lifeboat::load
