#include "providers/local/agent_client.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/assert.h"
#include "providers/local/duty_wire.h"
#include "providers/local/wire.h"
#include "system/http_client.h"

namespace lifeboat::local {

AgentClient::AgentClient(std::string scope, Endpoint endpoint, std::string token, const engine::Term* term)
    : scope_(std::move(scope)), endpoint_(std::move(endpoint)), token_(std::move(token)), term_(term) {}

base::Result<std::string> AgentClient::get(const std::string& target, base::Milliseconds timeout) const {
  return call("GET", target, "", timeout);
}

base::Result<std::string> AgentClient::post(const std::string& target, const std::string& body,
                                            base::Milliseconds timeout) const {
  if (term_ == nullptr) return call("POST", target, body, timeout);
  auto with_term = nlohmann::json::parse(body, nullptr, false);
  LIFEBOAT_ASSERT(with_term.is_object(), "requests to agents are objects");
  with_term["term"] = to_wire(*term_);
  return call("POST", target, with_term.dump(), timeout);
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
