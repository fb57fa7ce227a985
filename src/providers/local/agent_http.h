#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "engine/agent_duty.h"
#include "system/http_server.h"

namespace lifeboat::local {

/// The fields of a request's JSON. Its functions throw nlohmann's exceptions for what is missing or of another type;
/// whoever answers the request catches them.
class AgentRequest {
 public:
  explicit AgentRequest(const nlohmann::json& body) : body_(body) {}

  base::Epoch epoch() const;
  /// "timeout_ms", 10 s when it is left out.
  base::Milliseconds timeout() const;
  /// "begun_ms": when the drill began that the request belongs to.
  base::WallTime begun() const;
  std::string text(const char* name) const;
  std::int64_t number(const char* name) const;
  bool flag(const char* name, bool fallback) const;
  const nlohmann::json& body() const { return body_; }

 private:
  const nlohmann::json& body_;
};

/// What a path answers: a JSON text.
using AgentRoute = std::function<base::Result<std::string>(const AgentRequest& request)>;

/// What a path answers whose work has no result but that it is done.
base::Result<std::string> done(const base::Status& status);

struct AgentRoutes {
  std::string token;  ///< Whoever asks must know it.
  /// Takes note of the term that a controller's request carries; what it refuses is not carried out. Requests of the
  /// other region's agent carry none.
  std::function<base::Status(const engine::Term& term)> obey;
  std::map<std::string, AgentRoute> get;  ///< By path.
  std::map<std::string, AgentRoute> post;
  std::function<std::string()> metrics = {};  ///< GET /metrics, in Prometheus' text format.
};

/// Answers one call: the token is compared in constant time before anything else is looked at.
system::HttpAnswer answer_call(const AgentRoutes& routes, const system::HttpCall& call);

}  // namespace lifeboat::local
