#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/agent_duty.h"

namespace lifeboat::local {

/// An agent's duty as it stands in role.json and in its answer to a probe.
nlohmann::json to_wire(const engine::AgentDuty& duty);
/// The other way; throws nlohmann's exceptions for what is missing or of another type.
engine::AgentDuty duty_from_wire(const nlohmann::json& source);

nlohmann::json to_wire(const engine::LeaseRequest& request);
engine::LeaseRequest request_from_wire(const nlohmann::json& source);
nlohmann::json to_wire(const engine::LeaseGrant& grant);
engine::LeaseGrant grant_from_wire(const nlohmann::json& source);
nlohmann::json to_wire(const engine::Term& term);
engine::Term term_from_wire(const nlohmann::json& source);

}  // namespace lifeboat::local
