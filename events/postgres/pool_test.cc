#include "events/postgres/pool.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace lifeboat::events {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const Statement statement{"SELECT 1", {}, Access::read};

/// A listener that accepts in its backlog and never says a word: a hung server.
struct SilentServer {
  asio::io_context context;
  tcp::acceptor acceptor{context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  std::string port() { return std::to_string(acceptor.local_endpoint().port()); }
};

Database database_at(std::string port) {
  Database database;
  database.hosts = {{"127.0.0.1", std::move(port)}};
  return database;
}

asio::awaitable<void> ask(Pool& pool, std::vector<DbFailure>& failures) {
  const auto rows = co_await pool.query(statement);
  if (!rows) failures.push_back(rows.error());
}

/// Asks several times at once; the failures in the order in which they came.
std::vector<DbFailure> failures_of(asio::io_context& context, Pool& pool, int times) {
  std::vector<DbFailure> failures;
  for (int i = 0; i < times; ++i) asio::co_spawn(context, ask(pool, failures), asio::detached);
  context.run();
  context.restart();
  return failures;
}

DbFailure failure_of(asio::io_context& context, Pool& pool) {
  return failures_of(context, pool, 1).at(0);
}

TEST(Pool, ARefusedConnectionIsUnavailableAndGivesItsTurnBack) {
  std::string closed_port;
  {
    SilentServer server;
    closed_port = server.port();
  }
  asio::io_context context;
  Pool pool(context.get_executor(), database_at(closed_port), {1, 0, Milliseconds(2000)});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure_of(context, pool).kind, FailureKind::unavailable);
  EXPECT_EQ(pool.open_connections(), 0U);
}

TEST(Pool, AHungServerIsGivenUpInTime) {
  SilentServer server;
  asio::io_context context;
  Pool pool(context.get_executor(), database_at(server.port()), {1, 0, Milliseconds(100)});
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(failure_of(context, pool).kind, FailureKind::unavailable);
  EXPECT_GE(std::chrono::steady_clock::now() - start, Milliseconds(100));
  EXPECT_LT(std::chrono::steady_clock::now() - start, Milliseconds(1500));
}

TEST(Pool, TheQueueIsBounded) {
  SilentServer server;
  asio::io_context context;
  Pool pool(context.get_executor(), database_at(server.port()), {1, 1, Milliseconds(200)});
  const auto failures = failures_of(context, pool, 3);
  ASSERT_EQ(failures.size(), 3U);
  EXPECT_EQ(failures[0].kind, FailureKind::overloaded) << "the third is refused first, and at once";
  EXPECT_FALSE(failures[0].timed_out);
  EXPECT_NE(failures[1].kind, FailureKind::lost);
  EXPECT_NE(failures[2].kind, FailureKind::lost);
  EXPECT_EQ(pool.waiting(), 0U);
}

TEST(Pool, ANameThatDoesNotResolveIsUnavailable) {
  asio::io_context context;
  Database database;
  database.hosts = {{"no-such-host.invalid", "5432"}};
  Pool pool(context.get_executor(), database, {1, 0, Milliseconds(1000)});
  EXPECT_EQ(failure_of(context, pool).kind, FailureKind::unavailable);
}

}  // namespace
}  // namespace lifeboat::events
