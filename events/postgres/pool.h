#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <list>
#include <memory>
#include <vector>

#include "events/postgres/connection.h"

namespace lifeboat::events {

/// A bounded number of connections, opened when first needed, handed out in the order of asking. All calls from the one
/// thread that runs the executor; the pool outlives every call.
class Pool {
 public:
  struct Settings {
    std::size_t size;            ///< Connections at most.
    std::size_t queue_limit;     ///< Calls that may wait for one; more are refused as overloaded.
    Milliseconds query_timeout;  ///< Waiting, connecting and the statement together.
  };

  Pool(boost::asio::any_io_executor executor, Database database, Settings settings);
  ~Pool();

  /// Runs a statement. A connection that died while idle is replaced before anything is sent. A read whose connection
  /// dies is done again once; a write never is: it fails with FailureKind::lost, and may or may not have been done.
  boost::asio::awaitable<DbResult<Rows>> query(const Statement& statement);

  std::size_t open_connections() const { return open_; }
  std::size_t waiting() const { return waiters_.size(); }

 private:
  struct Waiter;
  struct Idle {
    std::unique_ptr<Connection> connection;
    unsigned generation;
  };

  boost::asio::awaitable<DbResult<Idle>> acquire(TimePoint deadline);
  boost::asio::awaitable<DbResult<void>> take_turn(TimePoint deadline);
  boost::asio::awaitable<DbResult<Rows>> attempt(const Statement& statement, TimePoint deadline);
  void give_back(Idle idle);
  void free_turn();

  boost::asio::any_io_executor executor_;
  Database database_;
  Settings settings_;
  std::vector<Idle> idle_;
  std::list<std::shared_ptr<Waiter>> waiters_;
  std::size_t busy_ = 0;  ///< Turns taken: each may hold one connection.
  std::size_t open_ = 0;
  unsigned generation_ = 0;  ///< Raised when the writer has moved; older connections are not used again.
};

}  // namespace lifeboat::events
