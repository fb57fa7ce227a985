#pragma once

#include <memory>

#include "base/error.h"
#include "base/units.h"
#include "system/http.h"

namespace lifeboat::system {

/// One request on a connection of its own. `timeout` bounds everything, the connection's start included, also when the
/// server's process is stopped. Errors: http_timeout (whether the request was carried out is unknown), http_failed. Any
/// status is a success.
base::Result<HttpResponse> http_request(const HttpRequest& request, base::Milliseconds timeout);

/// A connection that is kept between requests to one server. Used by one thread. A kept connection that turns out to be
/// closed before anything was answered is opened anew once, so only idempotent requests belong here.
class HttpConnection {
 public:
  HttpConnection();
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  base::Result<HttpResponse> request(const HttpRequest& request, base::Milliseconds timeout);

 private:
  friend base::Result<HttpResponse> http_request(const HttpRequest& request, base::Milliseconds timeout);
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::system
