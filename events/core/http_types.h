#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lifeboat::events {

/// A request as the application sees it: complete, within the limits, already taken apart.
struct Request {
  std::string method;
  std::string path;           ///< Without the query, percent-decoded.
  std::string query;          ///< After '?', as sent; may be empty.
  std::string authorization;  ///< The Authorization header's value; empty when missing.
  std::string body;
};

/// An answer. The server adds Date, Server, X-Served-By, Content-Length and Connection.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

}  // namespace lifeboat::events
