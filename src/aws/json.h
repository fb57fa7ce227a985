#pragma once

#include <nlohmann/json_fwd.hpp>

namespace lifeboat::aws {

/// What operations take and give, whatever their protocol: objects by the API's member names, numbers and booleans as
/// such, times as RFC 3339 text, bytes as text.
using Json = nlohmann::json;

}  // namespace lifeboat::aws
