#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"

struct pg_conn;

namespace lifeboat::local {

/// Where and as whom to connect. `host` is an address, or the absolute path of a socket folder.
struct PostgresTarget {
  std::string host;
  std::uint16_t port = 5432;
  std::string user;
  std::string password;
  std::string database = "postgres";
};

/// A statement's answer as text; NULL is nothing.
struct PostgresRows {
  using Row = std::vector<std::optional<std::string>>;
  std::vector<std::string> columns;
  std::vector<Row> rows;

  /// The text of a field, empty for NULL. The field must exist.
  std::string text(std::size_t row, std::size_t column) const { return rows.at(row).at(column).value_or(""); }
};

/// One connection to a PostgreSQL server. Every call ends within its time limit, also when the server is stopped in the
/// middle of an answer; after a failed or expired call `usable` tells whether the connection can go on. Not safe for
/// several threads at once.
class PostgresClient {
 public:
  static base::Result<PostgresClient> connect(const PostgresTarget& target, base::Milliseconds timeout);

  /// Runs one statement with parameters ($1 …), or, without parameters, a script in one transaction of which the last
  /// answer is returned. Errors: postgres_failed with the server's message, wait_expired.
  base::Result<PostgresRows> query(const std::string& sql, base::Milliseconds timeout,
                                   const std::vector<std::string>& parameters = {});

  /// The password as the server stores it, so that the plain one never appears in a statement.
  base::Result<std::string> scram_verifier(const std::string& user, const std::string& password);

  bool usable() const { return connection_ != nullptr; }

 private:
  struct Closer {
    void operator()(pg_conn* connection) const;
  };
  explicit PostgresClient(pg_conn* connection, std::string where) : connection_(connection), where_(std::move(where)) {}
  base::Status establish(base::Milliseconds timeout);
  base::Result<PostgresRows> collect(base::Instant deadline);

  std::unique_ptr<pg_conn, Closer> connection_;
  std::string where_;  ///< "127.10.1.50:5432", for messages.
};

}  // namespace lifeboat::local
