#pragma once

#include <thread>

#include "providers/local/agent_http.h"
#include "providers/local/agent_memory.h"
#include "providers/local/dns_server.h"

namespace lifeboat::local {

/// What an agent does for what lies outside both regions: the DNS server. Safe to call from any thread.
class GlobalAgent {
 public:
  GlobalAgent(DnsServer::Parts parts, const AgentRecord& record);

  /// Adopts or starts what was asked for before.
  base::Status start();
  AgentRoutes routes(const std::string& token);

 private:
  base::Status ensure(const AgentRequest& request);
  base::Status set_record(const AgentRequest& request);
  base::Status set_shadow(const AgentRequest& request);
  base::Status remove_shadow(const AgentRequest& request);
  base::Status stop();
  model::ObservedRegion observe();

  ports::Clock& clock_;
  AgentMemory memory_;
  DnsServer dns_;
  std::jthread starter_;  // Last: it uses everything above.
};

}  // namespace lifeboat::local
