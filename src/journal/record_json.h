#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "engine/record.h"
#include "engine/report.h"

namespace lifeboat::journal {

/// A record as JSON: {"type": "phase_entered", "at_ms": …, …}. docs/journal-format.md lists the fields.
nlohmann::json to_json(const engine::Record& record);
/// The other way. Unknown types and missing fields are ErrorCode::journal_corrupt; unknown fields are ignored.
base::Result<engine::Record> record_from_json(const nlohmann::json& json);

/// The effects' outcomes, as they also travel between agents and controller: {"type": "fence_certificate", …}.
nlohmann::json to_json(const engine::Outcome& outcome);
base::Result<engine::Outcome> outcome_from_json(const nlohmann::json& json);

/// A report, in the contract of `lifeboat report --output json` (version 1).
nlohmann::json to_json(const engine::Report& report);

}  // namespace lifeboat::journal
