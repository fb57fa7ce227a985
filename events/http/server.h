#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <list>
#include <memory>

#include "events/core/config.h"
#include "events/core/http_types.h"

namespace lifeboat::events {

/// Answers one request. Never throws; the request lives until the answer is there.
using Handler = std::function<boost::asio::awaitable<Response>(const Request&)>;

class HttpConnection;

/// The connections of one thread: reads requests within the limits, hands them to the handler, keeps connections alive,
/// and stops gracefully. All calls on the executor's one thread.
class HttpServer {
 public:
  HttpServer(boost::asio::any_io_executor executor, const Limits& limits, std::string served_by, Handler handler);
  ~HttpServer();

  /// Serves a connection until it ends. Past max_connections it is answered 503 and closed.
  void serve(boost::asio::ip::tcp::socket socket);

  /// From now on every answer says `Connection: close`, and idle connections end after stop_linger.
  void stop();

  bool stopping() const { return stopping_; }
  std::size_t connections() const { return connections_.size(); }

 private:
  friend class HttpConnection;

  boost::asio::any_io_executor executor_;
  Limits limits_;
  std::string served_by_;
  Handler handler_;
  std::list<std::shared_ptr<HttpConnection>> connections_;
  bool stopping_ = false;
};

}  // namespace lifeboat::events
