#include "load/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace lifeboat::load {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace {

std::string endpoint_text(const asio::ip::tcp::endpoint& endpoint) {
  return fmt::format("{}:{}", endpoint.address().to_string(), endpoint.port());
}

/// An idle connection on which something arrived was closed by the server, or speaks out of turn: no request goes
/// there.
bool quiet(int socket) {
  char byte = 0;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace

bool Connection::usable_for(const asio::ip::tcp::endpoint& endpoint) {
  return stream_ && peer_ == endpoint && quiet(stream_->socket().native_handle());
}

std::unexpected<base::Error> Connection::drop(std::string_view what, beast::error_code problem) {
  stream_.reset();
  buffer_.clear();
  const bool late = problem == beast::error::timeout;
  return base::fail(
      late ? base::ErrorCode::http_timeout : base::ErrorCode::http_failed,
      fmt::format("{} {}: {}", what, endpoint_text(peer_), late ? "no answer in time" : problem.message()));
}

asio::awaitable<base::Status> Connection::connect(asio::ip::tcp::endpoint endpoint) {
  peer_ = endpoint;
  beast::error_code problem;
  co_await stream_->async_connect(endpoint, asio::redirect_error(asio::use_awaitable, problem));
  if (problem) co_return drop("connect to", problem);
  stream_->socket().set_option(asio::ip::tcp::no_delay(true), problem);
  co_return base::Status();
}

asio::awaitable<base::Result<HttpResponse>> Connection::exchange(asio::ip::tcp::endpoint endpoint, HttpRequest request,
                                                                 std::chrono::steady_clock::time_point deadline) {
  const bool reuse = usable_for(endpoint);
  if (!reuse) {
    stream_.emplace(executor_);
    buffer_.clear();
  }
  stream_->expires_at(deadline);
  if (!reuse) {
    if (auto connected = co_await connect(endpoint); !connected) co_return std::unexpected(connected.error());
  }
  beast::error_code problem;
  co_await beast::http::async_write(*stream_, request, asio::redirect_error(asio::use_awaitable, problem));
  if (problem) co_return drop("send to", problem);
  HttpResponse response;
  co_await beast::http::async_read(*stream_, buffer_, response, asio::redirect_error(asio::use_awaitable, problem));
  if (problem) co_return drop("answer of", problem);
  if (!response.keep_alive()) stream_.reset();
  co_return response;
}

}  // namespace lifeboat::load
