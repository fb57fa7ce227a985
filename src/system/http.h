#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace lifeboat::system {

/// One request as it goes over the wire; addresses are numeric, since name resolution would block.
struct HttpRequest {
  std::string method = "GET";
  std::string address = {};
  std::uint16_t port = 0;
  std::string target = "/";                                       ///< Path and query.
  std::string host = {};                                          ///< The Host header; empty: the address.
  std::string bearer_token = {};                                  ///< Empty: no Authorization header.
  std::string body = {};                                          ///< JSON; empty: none.
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< Further ones.
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::string served_by;  ///< The X-Served-By header; empty when there is none.
};

}  // namespace lifeboat::system
