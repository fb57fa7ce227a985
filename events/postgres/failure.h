#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace lifeboat::events {

/// Why a statement has no result, by what the client may be told.
enum class FailureKind {
  unavailable,       ///< The database cannot be reached or refused to start; nothing was done.
  lost,              ///< The connection died, or time ran out, after the statement was sent: it may have been done.
  overloaded,        ///< Too many wait already; nothing was done.
  read_only,         ///< SQLSTATE 25006.
  missing_relation,  ///< A table or schema does not exist.
  rejected,          ///< Any other error that the database reported; nothing was done.
};

struct DbFailure {
  FailureKind kind;
  std::string sqlstate;  ///< Empty when the server did not say one.
  std::string detail;    ///< For the log; may name hosts, never secrets.
  bool timed_out = false;
};

template <class T>
using DbResult = std::expected<T, DbFailure>;

/// An error as libpq reports it.
struct ReportedError {
  std::string_view severity;
  std::string_view sqlstate;
  std::string_view text;
};

/// Sorts an error that ended a statement which had been sent. FATAL and a connection that ended without an error leave
/// the outcome open, unless the words prove that the statement never reached a server (pgbouncer's own refusals).
FailureKind classify(const ReportedError& error, bool connection_lost);

std::string_view to_string(FailureKind kind);

}  // namespace lifeboat::events
