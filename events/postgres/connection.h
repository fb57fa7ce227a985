#pragma once

#include <libpq-fe.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/core/config.h"
#include "events/postgres/deadline.h"
#include "events/postgres/failure.h"

namespace lifeboat::events {

/// Whether doing a statement twice would change anything: only reads are ever retried.
enum class Access { read, write };

/// One statement, one transaction, no session state: what a transaction-pooling pgbouncer can carry.
struct Statement {
  const char* sql;  ///< With $1…; static text.
  std::vector<std::optional<std::string>> parameters;
  Access access;
};

struct FreeResult {
  void operator()(PGresult* result) const { ::PQclear(result); }
};
struct FreeConnection {
  void operator()(PGconn* connection) const { ::PQfinish(connection); }
};
using ConnectionHandle = std::unique_ptr<PGconn, FreeConnection>;

/// The rows of one statement, in text.
class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result) {}

  int count() const { return ::PQntuples(result_.get()); }
  bool is_null(int row, int column) const { return ::PQgetisnull(result_.get(), row, column) != 0; }
  /// Empty for null.
  std::string_view text(int row, int column) const {
    return {::PQgetvalue(result_.get(), row, column),
            static_cast<std::size_t>(::PQgetlength(result_.get(), row, column))};
  }
  std::int64_t integer(int row, int column) const;
  bool boolean(int row, int column) const { return text(row, column) == "t"; }

 private:
  std::unique_ptr<PGresult, FreeResult> result_;
};

/// A libpq connection that never blocks its thread: it waits for its socket on the executor. One statement at a time;
/// used from the executor's one thread only.
class Connection {
 public:
  using Opened = DbResult<std::unique_ptr<Connection>>;

  /// Tries the hosts in order until one answers. Errors: unavailable, with what each host said.
  static boost::asio::awaitable<Opened> open(const Database& database, TimePoint deadline);

  Connection(ConnectionHandle handle, boost::asio::posix::stream_descriptor descriptor)
      : handle_(std::move(handle)), descriptor_(std::move(descriptor)) {}

  /// Whether a statement may be sent: connected, and the peer has neither closed nor said anything unasked.
  bool fresh() const;

  /// Sends and waits. After FailureKind::lost the connection is of no further use. Both arguments must outlive the
  /// wait.
  boost::asio::awaitable<DbResult<Rows>> query(const Statement& statement, TimePoint deadline);

  /// Whether it can carry another statement after the last one.
  bool healthy() const;

  /// Whether a pooler stands between us and the server: the server knows itself by another process id than it told us.
  bool is_pooled(std::int64_t server_pid) const { return ::PQbackendPID(handle_.get()) != server_pid; }

 private:
  boost::asio::awaitable<bool> flush(const Deadline& deadline);
  boost::asio::awaitable<DbResult<Rows>> receive(const Deadline& deadline);
  boost::asio::awaitable<bool> wait(boost::asio::posix::stream_descriptor::wait_type what);
  DbFailure lost(std::string detail, bool timed_out);
  DbResult<Rows> judge(std::unique_ptr<PGresult, FreeResult> result);

  ConnectionHandle handle_;
  boost::asio::posix::stream_descriptor
      descriptor_;  ///< A duplicate of libpq's socket: libpq closes its own when it likes.
  bool broken_ = false;
};

}  // namespace lifeboat::events
