#pragma once

#include "engine/agent_duty.h"
#include "engine/effect.h"
#include "sim/ground.h"
#include "sim/network.h"
#include "sim/process.h"

namespace lifeboat::sim {

/// What lies outside both regions: the global agent and the DNS server, with the front door's record.
class Dns {
 public:
  explicit Dns(Ground& ground);

  Process agent;
  Process server;
  bool down = false;  ///< The server does not answer and takes no record.

  Endpoint agent_endpoint() { return {Site::global, &agent}; }
  Endpoint server_endpoint() { return {Site::global, &server}; }
  const engine::AgentDuty& duty() const { return duty_; }
  const base::RegionName& record() const { return record_; }

  base::Status claim(const engine::Term& term);
  void perform(const engine::Effect& effect, const engine::Term& term, const Answer<engine::Outcome>& reply);
  /// The name's answer now.
  base::Result<base::RegionName> resolve() const;

 private:
  Ground& ground_;
  engine::AgentDuty duty_;
  base::RegionName record_;
};

}  // namespace lifeboat::sim
