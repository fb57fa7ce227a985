#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <optional>

#include "base/error.h"

namespace lifeboat::load {

using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;
using HttpResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// One kept-alive connection that never sends a request twice. One coroutine at a time.
class Connection {
 public:
  explicit Connection(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

  /// Sends the request to the endpoint and waits for the answer. Connects where there is no connection, where it leads
  /// elsewhere, or where the server has closed it meanwhile. Any failure drops the connection: http_timeout past the
  /// deadline, else http_failed.
  boost::asio::awaitable<base::Result<HttpResponse>> exchange(boost::asio::ip::tcp::endpoint endpoint,
                                                              HttpRequest request,
                                                              std::chrono::steady_clock::time_point deadline);

 private:
  boost::asio::awaitable<base::Status> connect(boost::asio::ip::tcp::endpoint endpoint);
  bool usable_for(const boost::asio::ip::tcp::endpoint& endpoint);
  std::unexpected<base::Error> drop(std::string_view what, boost::beast::error_code problem);

  boost::asio::any_io_executor executor_;
  std::optional<boost::beast::tcp_stream> stream_;
  boost::asio::ip::tcp::endpoint peer_;
  boost::beast::flat_buffer buffer_;
};

}  // namespace lifeboat::load
