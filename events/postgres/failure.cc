#include "events/postgres/failure.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lifeboat::events {
namespace {

/// Ends of a login: a server that says so has not begun any statement.
constexpr std::array<std::string_view, 5> refused_at_login = {"57P03", "53300", "28P01", "28000", "3D000"};

/// pgbouncer's words for clients that still waited for a server connection, so that their statement went nowhere.
constexpr std::array<std::string_view, 6> never_forwarded = {
    "query_wait_timeout",  "server login has been failing",
    "server_login_retry",  "pgbouncer cannot connect to server",
    "server login failed", "no such database"};

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

FailureKind classify(const ReportedError& error, bool connection_lost) {
  const bool fatal = connection_lost || error.severity == "FATAL" || error.severity == "PANIC";
  if (fatal) {
    const bool not_begun = std::ranges::find(refused_at_login, error.sqlstate) != refused_at_login.end() ||
                           std::ranges::any_of(never_forwarded, [&](auto part) { return contains(error.text, part); });
    return not_begun ? FailureKind::unavailable : FailureKind::lost;
  }
  if (error.sqlstate == "25006") return FailureKind::read_only;
  if (error.sqlstate == "42P01" || error.sqlstate == "3F000") return FailureKind::missing_relation;
  // Resources, operator intervention, conflicts with recovery, deadlocks: rolled back, and may work in a moment.
  constexpr std::array<std::string_view, 6> passing = {"08", "40", "53", "55", "57", "58"};
  const bool may_pass = std::ranges::any_of(passing, [&](auto prefix) { return error.sqlstate.starts_with(prefix); });
  return may_pass ? FailureKind::unavailable : FailureKind::rejected;
}

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::unavailable:
      return "unavailable";
    case FailureKind::lost:
      return "lost";
    case FailureKind::overloaded:
      return "overloaded";
    case FailureKind::read_only:
      return "read_only";
    case FailureKind::missing_relation:
      return "missing_relation";
    case FailureKind::rejected:
      return "rejected";
  }
  std::unreachable();
}

}  // namespace lifeboat::events
