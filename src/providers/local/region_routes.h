#pragma once

#include "providers/local/agent_http.h"
#include "providers/local/region_agent.h"

namespace lifeboat::local {

/// The paths of docs/ARCHITECTURE.md, "The agent's HTTP interface", for a region. The agent and the clock outlive them.
AgentRoutes region_routes(RegionAgent& agent, const ports::Clock& clock, const base::RegionName& region,
                          const std::string& token);

}  // namespace lifeboat::local
