#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "load/records.h"

namespace lifeboat::load {

/// The token in the answer to a registration; nothing when there is none.
std::optional<std::string> registered_token(std::string_view body);

/// Reads the web API's answer into the record: status, acknowledged, id, error.
void judge_answer(unsigned status, std::string_view body, RequestRecord& record);

/// The region in an X-Served-By header: "us-east-2" of "us-east-2/us-east-2a/web-1".
std::string region_of(std::string_view served_by);

}  // namespace lifeboat::load
