#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/error.h"
#include "model/observed.h"

namespace lifeboat::local {

// What agents and the controller tell each other, as JSON; effects' outcomes are journal/record_json.h's. Reading
// checks everything: what does not fit is ErrorCode::implausible_answer, never a crash.

std::string to_wire(const model::ObservedRegion& region);
base::Result<model::ObservedRegion> region_from_wire(std::string_view text);

std::string to_wire(const model::RegionFacts& facts);
base::Result<model::RegionFacts> facts_from_wire(std::string_view text);

/// {"error": {"code", "message", "help"}}.
std::string to_wire(const base::Error& error);
/// The error of an answer; where there is none in it, http_failed with what was answered.
base::Error error_from_wire(std::string_view text, int status);

/// The HTTP status that goes with an error.
int status_of(const base::Error& error);

}  // namespace lifeboat::local
