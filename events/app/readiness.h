#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

#include "events/core/config.h"
#include "events/postgres/connection.h"

namespace lifeboat::events {

/// What the last look at the database showed.
struct DatabaseState {
  bool reachable = false;
  bool writable = false;
  std::optional<std::int64_t> epoch;  ///< Of table lifeboat.reign, where that exists.
  std::int64_t age_ms = -1;           ///< Since the last answer; -1: there was none yet.
  std::string problem;                ///< Why it is not reachable.
};

/// Watches the database on a connection of its own, so that /readyz costs nothing, and creates missing tables as soon
/// as the database takes writes. run() on one thread; state() from any.
class Readiness {
 public:
  Readiness(boost::asio::any_io_executor executor, Database database);

  /// Looks every 75 ms, for ever.
  boost::asio::awaitable<void> run();

  /// A pending look is forgiven for 400 ms, and for 1500 ms behind a pooler: a pooler that pauses for a switchover
  /// holds queries on purpose. A database that refuses is not reachable at once.
  DatabaseState state() const;

 private:
  boost::asio::awaitable<DbResult<void>> look();
  boost::asio::awaitable<DbResult<void>> look_closer();
  boost::asio::awaitable<void> pause();
  void record_failure(const DbFailure& failure);

  boost::asio::any_io_executor executor_;
  Database database_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Connection> connection_;
  bool knows_reign_ = false;
  bool tables_failed_ = false;

  mutable std::mutex mutex_;
  DatabaseState seen_;
  std::chrono::steady_clock::time_point seen_at_;
  bool pooled_ = false;
};

}  // namespace lifeboat::events
