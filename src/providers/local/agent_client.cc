#include "providers/local/agent_client.h"

#include <fmt/format.h>

#include <utility>

#include "providers/local/wire.h"
#include "system/http_client.h"

namespace lifeboat::local {

AgentClient::AgentClient(std::string scope, Endpoint endpoint, std::string token)
    : scope_(std::move(scope)), endpoint_(std::move(endpoint)), token_(std::move(token)) {}

base::Result<std::string> AgentClient::get(const std::string& target, base::Milliseconds timeout) const {
  return call("GET", target, "", timeout);
}

base::Result<std::string> AgentClient::post(const std::string& target, const std::string& body,
                                            base::Milliseconds timeout) const {
  return call("POST", target, body, timeout);
}

base::Result<std::string> AgentClient::call(const std::string& method, const std::string& target,
                                            const std::string& body, base::Milliseconds timeout) const {
  system::HttpRequest request;
  request.method = method;
  request.address = endpoint_.address;
  request.port = endpoint_.port;
  request.target = target;
  request.bearer_token = token_;
  request.body = body;
  auto answer = system::http_request(request, timeout);
  if (!answer) {
    return base::fail(base::ErrorCode::region_unreachable,
                      fmt::format("the agent of {} does not answer: {}", scope_, answer.error().message));
  }
  if (answer->status / 100 == 2) return std::move(answer->body);
  auto error = error_from_wire(answer->body, answer->status);
  error.message = scope_ + ": " + error.message;
  return std::unexpected(std::move(error));
}

}  // namespace lifeboat::local
