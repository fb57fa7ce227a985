#include "events/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>

#include "events/core/log.h"
#include "events/http/connection.h"

namespace lifeboat::events {

namespace asio = boost::asio;

HttpServer::HttpServer(asio::any_io_executor executor, const Limits& limits, std::string served_by, Handler handler)
    : executor_(std::move(executor)), limits_(limits), served_by_(std::move(served_by)), handler_(std::move(handler)) {}

HttpServer::~HttpServer() = default;

void HttpServer::serve(asio::ip::tcp::socket socket) {
  const bool too_many = connections_.size() >= limits_.max_connections;
  auto connection = std::make_shared<HttpConnection>(std::move(socket), *this);
  const auto place = connections_.insert(connections_.end(), connection);
  auto work = too_many ? connection->refuse() : connection->run();
  asio::co_spawn(executor_, std::move(work), [this, place, connection](const std::exception_ptr& error) {
    connections_.erase(place);
    if (error) log_event("connection_failed", {{"reason", "an exception ended a connection"}});
  });
}

void HttpServer::stop() {
  stopping_ = true;
  auto timer = std::make_shared<asio::steady_timer>(executor_, limits_.stop_linger);
  timer->async_wait([this, timer](const boost::system::error_code&) {
    for (const auto& connection : connections_) connection->close_if_idle();
  });
}

}  // namespace lifeboat::events
