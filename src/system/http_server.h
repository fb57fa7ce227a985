#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"

namespace lifeboat::system {

/// One call as the server received it.
struct HttpCall {
  std::string method = {};
  std::string path = {};
  std::string query = {};         ///< After the '?', as it came.
  std::string bearer_token = {};  ///< Of the Authorization header; empty when there is none.
  std::string body = {};
  std::map<std::string, std::string> headers = {};  ///< By lower-case name; what came twice is joined by ", ".
  std::string client = {};                          ///< Who calls: "127.0.0.1:54321".

  /// The value of a query parameter, or the fallback; values are taken as they came.
  std::string parameter(const std::string& name, const std::string& fallback) const;
  /// A header by its lower-case name; empty when there is none.
  std::string header(const std::string& name) const;
  /// A cookie by its name; empty when there is none.
  std::string cookie(const std::string& name) const;
};

/// An answer that goes on, written from the connection's own thread.
class HttpStream {
 public:
  virtual ~HttpStream() = default;
  /// Blocks until the system has taken it, at most 5 s. False: the client is gone or too slow, and the stream is over.
  virtual bool send(std::string_view text) = 0;
  /// False once the client is gone or the server ends. Never blocks; to be asked several times a second.
  virtual bool open() = 0;
};

struct HttpAnswer {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// Writes what follows the head, in place of a body, until it returns; the connection ends with it. What it uses
  /// outlives the server.
  std::function<void(HttpStream&)> stream = {};
};

/// A small HTTP/1.1 server for control traffic: a thread a connection, at most 64 of them, heads and bodies of at most
/// 1 MiB, and a client that sends nothing for 10 s is dropped. Streams have 16 connections of their own; beyond them
/// the answer is 503. The handler is called from several threads at once and may block.
class HttpServer {
 public:
  using Handler = std::function<HttpAnswer(const HttpCall&)>;

  /// Binds and begins to serve. Port 0 takes a free one. Errors: port_taken (naming the holder where it can be seen),
  /// io_failed.
  static base::Result<HttpServer> start(const std::string& address, std::uint16_t port, Handler handler);

  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) noexcept;
  /// Accepts nothing more, closes idle connections and streams, and waits for the calls under way.
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
