#pragma once

#include <string>

#include "controller/service.h"
#include "system/http_server.h"

namespace lifeboat::controller {

/// The HTTP interface of docs/api.md over a service. Safe to call from several threads.
class Routes {
 public:
  /// The service outlives the object. Every call must carry the token.
  Routes(Service& service, std::string token) : service_(service), token_(std::move(token)) {}

  system::HttpAnswer answer(const system::HttpCall& call) const;

 private:
  base::Result<system::HttpAnswer> get(const system::HttpCall& call) const;
  base::Result<system::HttpAnswer> post(const system::HttpCall& call) const;
  base::Result<system::HttpAnswer> log(const system::HttpCall& call) const;

  Service& service_;
  std::string token_;
};

}  // namespace lifeboat::controller
