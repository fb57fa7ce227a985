#include <fmt/format.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <thread>

#include "events/app/application.h"
#include "events/core/log.h"
#include "events/http/server.h"

namespace lifeboat::events {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// One thread's share of the service; shards have nothing in common but counters and the view of the database.
struct Shard {
  Shard(const Config& config, const Readiness& readiness, Metrics& metrics)
      : pool(context.get_executor(), config.database,
             {std::max<std::size_t>(1, config.limits.pool_size / config.threads), config.limits.queue_limit,
              config.limits.query_timeout}),
        application({config, pool, readiness, metrics, [this] { return server.connections(); },
                     [this] { return server.stopping(); }}),
        server(context.get_executor(), config.limits, config.identity.region + "/" + config.identity.instance,
               [this](const Request& request) { return application.handle(request); }) {}

  asio::io_context context{1};
  Pool pool;
  Application application;
  HttpServer server;
};

asio::awaitable<void> accept(tcp::acceptor& acceptor, std::vector<std::unique_ptr<Shard>>& shards) {
  for (std::size_t next = 0; acceptor.is_open(); next = (next + 1) % shards.size()) {
    auto& shard = *shards[next];
    auto [error, socket] = co_await acceptor.async_accept(shard.context, asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      // Out of file descriptors, most likely: wait until some connections have ended instead of spinning.
      log_event("accept_failed", {{"reason", error.message()}});
      asio::steady_timer timer(acceptor.get_executor(), Milliseconds(50));
      co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    asio::post(shard.context, [&shard, taken = std::make_shared<tcp::socket>(std::move(socket))] {
      shard.server.serve(std::move(*taken));
    });
  }
}

/// Ends the process once every connection has ended, or when the time is over.
asio::awaitable<void> finish(std::vector<std::unique_ptr<Shard>>& shards, Milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  std::size_t left = 1;
  while (left > 0 && std::chrono::steady_clock::now() < until) {
    left = 0;
    for (auto& shard : shards) {
      left += co_await asio::co_spawn(
          shard->context,
          [](Shard& one) -> asio::awaitable<std::size_t> { co_return one.server.connections(); }(*shard),
          asio::use_awaitable);
    }
    timer.expires_after(Milliseconds(5));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  log_event("stopped", {{"unfinished_connections", std::to_string(left)}});
  // The kernel takes back sockets and memory; unwinding threads that may be stuck would only cost time.
  std::_Exit(0);
}

base::Result<tcp::acceptor> listen(asio::io_context& context, const Config& config) {
  boost::system::error_code error;
  const tcp::endpoint endpoint(asio::ip::make_address(config.listen_address, error), config.port);
  tcp::acceptor acceptor(context);
  if (!error) acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return acceptor;
  const auto code = error == asio::error::address_in_use ? base::ErrorCode::port_taken : base::ErrorCode::io_failed;
  return base::fail(code, fmt::format("{}:{}: {}", config.listen_address, config.port, error.message()));
}

base::Status serve(const Config& config) {
  Metrics metrics;
  asio::io_context control(1);
  Readiness readiness(control.get_executor(), config.database);
  std::vector<std::unique_ptr<Shard>> shards;
  for (unsigned i = 0; i < config.threads; ++i) shards.push_back(std::make_unique<Shard>(config, readiness, metrics));
  auto acceptor = listen(control, config);
  if (!acceptor) return std::unexpected(acceptor.error());
  asio::signal_set signals(control, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    log_event("stopping", {});
    acceptor->close();
    for (auto& shard : shards) asio::post(shard->context, [&shard] { shard->server.stop(); });
    asio::co_spawn(control, finish(shards, config.limits.stop_timeout), asio::detached);
  });
  asio::co_spawn(control, readiness.run(), asio::detached);
  asio::co_spawn(control, accept(*acceptor, shards), asio::detached);
  log_event("listening", {{"address", config.listen_address},
                          {"port", std::to_string(acceptor->local_endpoint().port())},
                          {"instance", config.identity.region + "/" + config.identity.instance}});
  std::vector<std::jthread> threads;
  for (auto& shard : shards) {
    threads.emplace_back([&context = shard->context] {
      const auto work = asio::make_work_guard(context);
      context.run();
    });
  }
  control.run();
  return {};
}

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

int run(int argc, char** argv) {
  const auto command = parse_command_line(argc, argv, environment);
  if (!command) {
    fmt::print(stderr, "error: {}\n", command.error().text());
    return 2;
  }
  if (!command->config) {
    fmt::print("{}", command->text);
    return 0;
  }
  std::signal(SIGPIPE, SIG_IGN);
  const auto served = serve(*command->config);
  if (!served) fmt::print(stderr, "error: {}\n", served.error().text());
  return served ? 0 : 1;
}

}  // namespace
}  // namespace lifeboat::events

int main(int argc, char** argv) {
  return lifeboat::events::run(argc, argv);
}
