#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "events/http/server.h"
#include "events/postgres/deadline.h"

namespace lifeboat::events {

/// One client connection, from accept to close. Private to events/http.
class HttpConnection {
 public:
  HttpConnection(boost::asio::ip::tcp::socket socket, HttpServer& server)
      : socket_(std::move(socket)), server_(server) {}

  /// Requests and answers until either side has had enough.
  boost::asio::awaitable<void> run();
  /// The one answer of a connection too many.
  boost::asio::awaitable<void> refuse();
  /// Ends the connection if it waits for a request.
  void close_if_idle();

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class Next { keep_alive, close };

  boost::asio::awaitable<bool> wait_for_request();
  boost::asio::awaitable<Next> serve_one();
  /// Reads a whole request; the response to send when it cannot be read. A status of 0: nobody is there to answer.
  boost::asio::awaitable<std::optional<Response>> read(Parser& parser);
  boost::asio::awaitable<bool> write(Response response, const Parser* parser, bool keep_alive);
  boost::asio::awaitable<void> drain();
  Response read_failure(boost::system::error_code error, bool timed_out) const;
  Deadline limit(Milliseconds time);

  boost::asio::ip::tcp::socket socket_;
  HttpServer& server_;
  boost::beast::flat_buffer buffer_;
  bool idle_ = false;
};

}  // namespace lifeboat::events
