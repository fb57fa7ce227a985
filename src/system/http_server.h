#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/error.h"

namespace lifeboat::system {

/// One call as the server received it.
struct HttpCall {
  std::string method;
  std::string path;
  std::string query;         ///< After the '?', as it came.
  std::string bearer_token;  ///< Of the Authorization header; empty when there is none.
  std::string body;

  /// The value of a query parameter, or the fallback; values are taken as they came.
  std::string parameter(const std::string& name, const std::string& fallback) const;
};

struct HttpAnswer {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
};

/// A small HTTP/1.1 server for control traffic: a thread a connection, at most 64 of them, heads and bodies of at most
/// 1 MiB, and a client that sends nothing for 10 s is dropped. The handler is called from several threads at once and
/// may block.
class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpCall&)>;

  /// Binds and begins to serve. Port 0 takes a free one. Errors: port_taken (naming the holder where it can be seen),
  /// io_failed.
  static base::Result<HttpServer> start(const std::string& address, std::uint16_t port, Handler handler);

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  /// Accepts nothing more, closes idle connections, and waits for the calls under way.
  ~HttpServer();

  std::uint16_t port() const;

 private:
  class Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Compares secrets in a time that does not depend on where they differ.
bool equal_secrets(const std::string& left, const std::string& right);

}  // namespace lifeboat::system
