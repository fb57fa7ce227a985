#pragma once

#include <string>

#include "base/error.h"
#include "base/units.h"
#include "engine/agent_duty.h"
#include "providers/local/layout.h"

namespace lifeboat::local {

/// Calls one scope's agent. Safe to call from any thread: every call has a connection of its own.
class AgentClient {
 public:
  /// `scope` is for messages: the region's name or "global".
  /// Every POST carries the controller's term, if it has one.
  AgentClient(std::string scope, Endpoint endpoint, std::string token, const engine::Term* term = nullptr);

  /// The answer's body. Errors: region_unreachable when nobody answers in time, else the agent's own error.
  base::Result<std::string> get(const std::string& target, base::Milliseconds timeout) const;
  base::Result<std::string> post(const std::string& target, const std::string& body, base::Milliseconds timeout) const;

 private:
  base::Result<std::string> call(const std::string& method, const std::string& target, const std::string& body,
                                 base::Milliseconds timeout) const;

  std::string scope_;
  Endpoint endpoint_;
  std::string token_;
  const engine::Term* term_;
};

}  // namespace lifeboat::local
