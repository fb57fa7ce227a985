#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>

#include "events/postgres/connection.h"

namespace lifeboat::events {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

/// One address to try.
struct Target {
  DatabaseHost host;
  std::string address;  ///< Numeric; empty for a local socket.
};

DbFailure unreachable(std::string detail) {
  return DbFailure{FailureKind::unavailable, "", std::move(detail), false};
}

/// libpq would resolve names itself and block; so it is given addresses only.
asio::awaitable<std::vector<Target>> resolve(const DatabaseHost& host, TimePoint at) {
  std::vector<Target> targets;
  boost::system::error_code error;
  if (host.host.empty() || host.host.front() == '/' || host.host.front() == '@') {
    targets.push_back({host, ""});
  } else if (asio::ip::make_address(host.host, error); !error) {
    targets.push_back({host, host.host});
  } else {
    asio::ip::tcp::resolver resolver(co_await asio::this_coro::executor);
    Deadline deadline(resolver.get_executor(), at, [&resolver] { resolver.cancel(); });
    const auto [failed, found] = co_await resolver.async_resolve(host.host, "", asio::as_tuple(asio::use_awaitable));
    if (!failed) {
      for (const auto& entry : found) targets.push_back({host, entry.endpoint().address().to_string()});
    }
  }
  co_return targets;
}

ConnectionHandle start(const Database& database, const Target& target) {
  std::vector<const char*> keys;
  std::vector<const char*> values;
  const auto set = [&](const char* key, const char* value) {
    keys.push_back(key);
    values.push_back(value);
  };
  if (!target.host.host.empty()) set("host", target.host.host.c_str());
  if (!target.address.empty()) set("hostaddr", target.address.c_str());
  if (!target.host.port.empty()) set("port", target.host.port.c_str());
  set("application_name", database.application_name.c_str());
  set("client_encoding", "UTF8");
  set("target_session_attrs", database.writer_only ? "read-write" : "any");
  // Looking for Kerberos tickets can block; whoever has them says so.
  if (std::getenv("PGGSSENCMODE") == nullptr) set("gssencmode", "disable");
  keys.push_back(nullptr);
  values.push_back(nullptr);
  return ConnectionHandle(::PQconnectStartParams(keys.data(), values.data(), 0));
}

std::string error_text(PGconn* connection) {
  std::string text = ::PQerrorMessage(connection);
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

/// Waits for libpq's socket. A duplicate is registered: libpq may close and replace its own between two polls.
asio::awaitable<DbResult<void>> wait_for(PGconn* connection, PostgresPollingStatusType status, TimePoint at) {
  Descriptor descriptor(co_await asio::this_coro::executor, ::dup(::PQsocket(connection)));
  Deadline deadline(descriptor.get_executor(), at, [&descriptor] { descriptor.cancel(); });
  const auto what = status == PGRES_POLLING_READING ? Descriptor::wait_read : Descriptor::wait_write;
  const auto [error] = co_await descriptor.async_wait(what, asio::as_tuple(asio::use_awaitable));
  if (deadline.expired()) co_return std::unexpected(unreachable("no answer in time while connecting"));
  if (error) co_return std::unexpected(unreachable(error.message()));
  co_return DbResult<void>();
}

/// One address. `reach_by` bounds the network's part, `login_by` the rest: a pooler that pauses keeps logins waiting.
asio::awaitable<Connection::Opened> open_target(const Database& database, const Target& target, TimePoint reach_by,
                                                TimePoint login_by) {
  ConnectionHandle handle = start(database, target);
  if (!handle || ::PQstatus(handle.get()) == CONNECTION_BAD) {
    co_return std::unexpected(unreachable(handle ? error_text(handle.get()) : "out of memory"));
  }
  auto status = PGRES_POLLING_WRITING;
  bool reached = false;
  while (status != PGRES_POLLING_OK) {
    const TimePoint until = reached ? login_by : reach_by;
    const auto ready = co_await wait_for(handle.get(), status, until);
    if (!ready) co_return std::unexpected(ready.error());
    status = ::PQconnectPoll(handle.get());
    if (status == PGRES_POLLING_FAILED) co_return std::unexpected(unreachable(error_text(handle.get())));
    reached = true;
  }
  if (::PQsetnonblocking(handle.get(), 1) != 0) co_return std::unexpected(unreachable(error_text(handle.get())));
  const int duplicate = ::dup(::PQsocket(handle.get()));
  if (duplicate < 0) co_return std::unexpected(unreachable("no file descriptor left"));
  Descriptor descriptor(co_await asio::this_coro::executor, duplicate);
  co_return std::make_unique<Connection>(std::move(handle), std::move(descriptor));
}

}  // namespace

asio::awaitable<Connection::Opened> Connection::open(const Database& database, TimePoint deadline) {
  std::string reasons;
  for (const auto& host : database.hosts) {
    const TimePoint reach_by = std::min(deadline, std::chrono::steady_clock::now() + database.connect_timeout);
    const auto targets = co_await resolve(host, reach_by);
    if (targets.empty()) reasons += fmt::format("{}: no address; ", host.host);
    for (const auto& target : targets) {
      const bool last_choice = database.hosts.size() == 1 && targets.size() == 1;
      auto opened = co_await open_target(database, target, reach_by, last_choice ? deadline : reach_by);
      if (opened) co_return std::move(*opened);
      reasons += opened.error().detail + "; ";
    }
  }
  co_return std::unexpected(unreachable(std::move(reasons)));
}

}  // namespace lifeboat::events
