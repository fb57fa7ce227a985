#include "events/postgres/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

namespace lifeboat::events {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

std::string_view field(const PGresult* result, int code) {
  const char* text = ::PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

std::int64_t Rows::integer(int row, int column) const {
  const auto digits = text(row, column);
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool Connection::healthy() const {
  return !broken_ && ::PQstatus(handle_.get()) == CONNECTION_OK && ::PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
}

bool Connection::fresh() const {
  if (!healthy()) return false;
  char byte = 0;
  const auto got = ::recv(::PQsocket(handle_.get()), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  // Between statements a server speaks only to say good-bye (or of changed settings, which a new connection learns
  // too).
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

asio::awaitable<bool> Connection::wait(Descriptor::wait_type what) {
  const auto [error] = co_await descriptor_.async_wait(what, asio::as_tuple(asio::use_awaitable));
  co_return !error;
}

asio::awaitable<bool> Connection::flush(const Deadline& deadline) {
  while (true) {
    const int left = ::PQflush(handle_.get());
    if (left == 0) co_return true;
    if (left < 0 || deadline.expired()) co_return false;
    if (!co_await wait(Descriptor::wait_write)) co_return false;
  }
}

DbFailure Connection::lost(std::string detail, bool timed_out) {
  broken_ = true;
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  handle_.reset();
  return DbFailure{FailureKind::lost, "", std::move(detail), timed_out};
}

DbResult<Rows> Connection::judge(std::unique_ptr<PGresult, FreeResult> result) {
  if (!result) return std::unexpected(lost("the server sent no result", false));
  const auto status = ::PQresultStatus(result.get());
  if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) return Rows(result.release());
  const bool gone = ::PQstatus(handle_.get()) != CONNECTION_OK;
  auto severity = field(result.get(), PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity.empty()) severity = field(result.get(), PG_DIAG_SEVERITY);
  std::string detail = ::PQresultErrorMessage(result.get());
  detail.erase(detail.find_last_not_of(" \n") + 1);
  const auto sqlstate = field(result.get(), PG_DIAG_SQLSTATE);
  const auto kind = classify({severity, sqlstate, detail}, gone);
  if (gone || severity == "FATAL" || severity == "PANIC") broken_ = true;
  return std::unexpected(DbFailure{kind, std::string(sqlstate), std::move(detail), false});
}

asio::awaitable<DbResult<Rows>> Connection::receive(const Deadline& deadline) {
  std::unique_ptr<PGresult, FreeResult> first;
  while (true) {
    const bool reading = ::PQconsumeInput(handle_.get()) == 1;
    // After a lost connection libpq hands out what it had still read: a FATAL that says why.
    while (!reading || ::PQisBusy(handle_.get()) == 0) {
      std::unique_ptr<PGresult, FreeResult> next(::PQgetResult(handle_.get()));
      if (!next) co_return judge(std::move(first));
      if (!first || ::PQresultStatus(next.get()) == PGRES_FATAL_ERROR) first = std::move(next);
    }
    if (deadline.expired()) co_return std::unexpected(lost("no answer in time", true));
    const bool ready = co_await wait(Descriptor::wait_read);
    if (deadline.expired()) co_return std::unexpected(lost("no answer in time", true));
    if (!ready) co_return std::unexpected(lost("the socket cannot be waited for", false));
  }
}

asio::awaitable<DbResult<Rows>> Connection::query(const Statement& statement, TimePoint at) {
  const auto executor = co_await asio::this_coro::executor;
  std::vector<const char*> values;
  values.reserve(statement.parameters.size());
  for (const auto& parameter : statement.parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  Deadline deadline(executor, at, [this] { descriptor_.cancel(); });
  const int sent = ::PQsendQueryParams(handle_.get(), statement.sql, static_cast<int>(values.size()), nullptr,
                                       values.data(), nullptr, nullptr, 0);
  if (sent == 0) co_return std::unexpected(lost(::PQerrorMessage(handle_.get()), false));
  if (!co_await flush(deadline)) co_return std::unexpected(lost("the statement could not be sent", deadline.expired()));
  auto result = co_await receive(deadline);
  co_return result;
}

}  // namespace lifeboat::events
