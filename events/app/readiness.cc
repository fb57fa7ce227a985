#include "events/app/readiness.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "events/app/schema.h"
#include "events/core/log.h"

namespace lifeboat::events {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr Milliseconds interval{75};
constexpr Milliseconds hold_direct{400};
constexpr Milliseconds hold_pooled{1500};
constexpr Milliseconds give_up{5000};

// The reign is read in the same statement only once its table has been seen: a statement that names it fails without
// it.
constexpr const char* look_without_reign =
    "SELECT pg_backend_pid(), NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off', "
    "to_regclass('events') IS NOT NULL AND to_regclass('auths') IS NOT NULL, "
    "to_regclass('lifeboat.reign') IS NOT NULL, NULL::bigint";
constexpr const char* look_with_reign =
    "SELECT pg_backend_pid(), NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off', "
    "to_regclass('events') IS NOT NULL AND to_regclass('auths') IS NOT NULL, "
    "true, (SELECT max(epoch) FROM lifeboat.reign)";

}  // namespace

Readiness::Readiness(asio::any_io_executor executor, Database database)
    : executor_(executor), database_(std::move(database)), timer_(executor) {
  database_.application_name += " readiness";
}

asio::awaitable<void> Readiness::pause() {
  timer_.expires_after(interval);
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

asio::awaitable<void> Readiness::run() {
  while (true) {
    auto looked = co_await look();
    // A connection that broke says nothing yet about the database: it may have been the old one's. Look again at once.
    if (!looked && looked.error().kind == FailureKind::lost && !looked.error().timed_out) looked = co_await look();
    if (!looked) record_failure(looked.error());
    co_await pause();
  }
}

asio::awaitable<DbResult<void>> Readiness::look() {
  if (!connection_ || !connection_->fresh()) {
    connection_.reset();
    auto opened = co_await Connection::open(database_, steady_clock::now() + give_up);
    if (!opened) co_return std::unexpected(std::move(opened.error()));
    connection_ = std::move(*opened);
  }
  auto looked = co_await look_closer();
  if (!looked) connection_.reset();
  co_return looked;
}

asio::awaitable<DbResult<void>> Readiness::look_closer() {
  const Statement statement{knows_reign_ ? look_with_reign : look_without_reign, {}, Access::read};
  auto rows = co_await connection_->query(statement, steady_clock::now() + give_up);
  if (!rows && rows.error().kind == FailureKind::missing_relation) {
    knows_reign_ = false;
    co_return DbResult<void>();
  }
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  const bool writable = rows->boolean(0, 1);
  const bool had_reign = std::exchange(knows_reign_, rows->boolean(0, 3));
  {
    const std::lock_guard lock(mutex_);
    if (!seen_.reachable || seen_.writable != writable) {
      log_event("database_reachable", {{"writable", writable ? "true" : "false"}});
    }
    pooled_ = connection_->is_pooled(rows->integer(0, 0));
    seen_.reachable = true;
    seen_.writable = writable;
    // Between learning of the table and reading it, what was known before stays.
    if (had_reign || !knows_reign_) {
      seen_.epoch = rows->is_null(0, 4) ? std::nullopt : std::optional(rows->integer(0, 4));
    }
    seen_.problem.clear();
    seen_at_ = steady_clock::now();
  }
  if (writable && !rows->boolean(0, 2)) {
    const Statement create{create_tables_sql, {}, Access::write};
    const auto created = co_await connection_->query(create, steady_clock::now() + give_up);
    if (!created && !std::exchange(tables_failed_, true)) {
      log_event("tables_not_created", {{"reason", created.error().detail}});
    }
    if (created) log_event("tables_created", {});
  }
  co_return DbResult<void>();
}

void Readiness::record_failure(const DbFailure& failure) {
  const std::lock_guard lock(mutex_);
  if (seen_.reachable || seen_.problem != failure.detail) {
    log_event("database_unreachable", {{"reason", failure.detail}, {"kind", std::string(to_string(failure.kind))}});
  }
  seen_.reachable = false;
  seen_.writable = false;
  seen_.problem = failure.detail;
}

DatabaseState Readiness::state() const {
  const std::lock_guard lock(mutex_);
  DatabaseState state = seen_;
  if (seen_at_ == steady_clock::time_point()) return state;
  const auto age = std::chrono::duration_cast<Milliseconds>(steady_clock::now() - seen_at_);
  state.age_ms = age.count();
  if (state.reachable && age > (pooled_ ? hold_pooled : hold_direct)) {
    state.reachable = false;
    state.writable = false;
    state.problem = "the database does not answer";
  }
  return state;
}

}  // namespace lifeboat::events
