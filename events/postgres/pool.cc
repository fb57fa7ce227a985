#include "events/postgres/pool.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/assert.h"

namespace lifeboat::events {

namespace asio = boost::asio;

/// A call that waits for its turn. Its timer never means time passed unless `granted` is still false.
struct Pool::Waiter {
  explicit Waiter(const asio::any_io_executor& executor, TimePoint deadline) : timer(executor, deadline) {}

  asio::steady_timer timer;
  bool granted = false;
};

namespace {

/// Runs its action when the scope ends, however it ends: a turn that is not given back is lost for ever.
template <class Action>
struct AtExit {
  explicit AtExit(Action given) : action(std::move(given)) {}
  ~AtExit() { action(); }
  AtExit(const AtExit&) = delete;
  AtExit& operator=(const AtExit&) = delete;
  Action action;
};

}  // namespace

Pool::Pool(asio::any_io_executor executor, Database database, Settings settings)
    : executor_(std::move(executor)), database_(std::move(database)), settings_(settings) {}

Pool::~Pool() = default;

asio::awaitable<DbResult<void>> Pool::take_turn(TimePoint deadline) {
  if (busy_ < settings_.size) {
    ++busy_;
    co_return DbResult<void>();
  }
  if (waiters_.size() >= settings_.queue_limit) {
    co_return std::unexpected(DbFailure{FailureKind::overloaded, "", "the queue for connections is full", false});
  }
  auto waiter = std::make_shared<Waiter>(executor_, deadline);
  waiters_.push_back(waiter);
  co_await waiter->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (waiter->granted) co_return DbResult<void>();
  waiters_.remove(waiter);
  co_return std::unexpected(DbFailure{FailureKind::overloaded, "", "no connection became free in time", true});
}

void Pool::free_turn() {
  if (waiters_.empty()) {
    --busy_;
    return;
  }
  // The turn passes on without being counted free in between, so that nobody can overtake.
  const auto next = waiters_.front();
  waiters_.pop_front();
  next->granted = true;
  next->timer.cancel();
}

asio::awaitable<DbResult<Pool::Idle>> Pool::acquire(TimePoint deadline) {
  while (!idle_.empty()) {
    Idle candidate = std::move(idle_.back());
    idle_.pop_back();
    if (candidate.generation == generation_ && candidate.connection->fresh()) co_return std::move(candidate);
    --open_;
  }
  const unsigned generation = generation_;
  auto opened = co_await Connection::open(database_, deadline);
  if (!opened) co_return std::unexpected(std::move(opened.error()));
  ++open_;
  co_return Idle{std::move(*opened), generation};
}

void Pool::give_back(Idle idle) {
  if (idle.connection->healthy() && idle.generation == generation_) {
    idle_.push_back(std::move(idle));
  } else {
    --open_;
  }
}

asio::awaitable<DbResult<Rows>> Pool::attempt(const Statement& statement, TimePoint deadline) {
  const auto turn = co_await take_turn(deadline);
  if (!turn) co_return std::unexpected(turn.error());
  const AtExit freed([this] { free_turn(); });
  auto acquired = co_await acquire(deadline);
  if (!acquired) co_return std::unexpected(std::move(acquired.error()));
  auto result = co_await acquired->connection->query(statement, deadline);
  // A writer that became read-only is not the writer any more: look for the new one among the hosts.
  if (!result && result.error().kind == FailureKind::read_only && database_.writer_only) ++generation_;
  give_back(std::move(*acquired));
  co_return result;
}

asio::awaitable<DbResult<Rows>> Pool::query(const Statement& statement) {
  const TimePoint deadline = std::chrono::steady_clock::now() + settings_.query_timeout;
  auto result = co_await attempt(statement, deadline);
  const bool again = !result && result.error().kind == FailureKind::lost && !result.error().timed_out &&
                     statement.access == Access::read;
  if (again) result = co_await attempt(statement, deadline);
  co_return result;
}

}  // namespace lifeboat::events
