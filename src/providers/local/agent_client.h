#pragma once

#include <string>

#include "base/error.h"
#include "base/units.h"
#include "providers/local/layout.h"

namespace lifeboat::local {

/// Calls one scope's agent. Safe to call from any thread: every call has a connection of its own.
class AgentClient {
 public:
  /// `scope` is for messages: the region's name or "global".
  AgentClient(std::string scope, Endpoint endpoint, std::string token);

  /// The answer's body. Errors: region_unreachable when nobody answers in time, else the agent's own error.
  base::Result<std::string> get(const std::string& target, base::Milliseconds timeout) const;
  base::Result<std::string> post(const std::string& target, const std::string& body, base::Milliseconds timeout) const;

 private:
  base::Result<std::string> call(const std::string& method, const std::string& target, const std::string& body,
                                 base::Milliseconds timeout) const;

  std::string scope_;
  Endpoint endpoint_;
  std::string token_;
};

}  // namespace lifeboat::local
