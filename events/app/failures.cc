#include "events/app/application.h"
#include "events/app/schema.h"
#include "events/core/envelope.h"
#include "events/core/log.h"

namespace lifeboat::events {

Response Application::database_failure(const DbFailure& failed, Access access) {
  log_event("statement_failed",
            {{"kind", std::string(to_string(failed.kind))}, {"sqlstate", failed.sqlstate}, {"reason", failed.detail}});
  switch (failed.kind) {
    case FailureKind::lost:
      if (access == Access::read) return unavailable(message::unavailable);
      parts_.metrics.count_unknown_outcome();
      return unavailable(message::outcome_unknown);
    case FailureKind::unavailable:
    case FailureKind::missing_relation:
      return unavailable(message::unavailable);
    case FailureKind::overloaded:
      return unavailable(message::overloaded);
    case FailureKind::read_only:
      return unavailable(message::read_only);
    case FailureKind::rejected:
      break;
  }
  return failure(500, message::internal);
}

boost::asio::awaitable<DbResult<Rows>> Application::create_tables() {
  const Statement create{create_tables_sql, {}, Access::write};
  auto rows = co_await parts_.pool.query(create);
  co_return rows;
}

}  // namespace lifeboat::events
