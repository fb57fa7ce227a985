#pragma once

#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace lifeboat::cli {

/// "500ms", "30s", "10m", "1h", or a plain number of seconds. ErrorCode::bad_flag for anything else.
base::Result<base::Milliseconds> parse_duration(std::string_view text);

}  // namespace lifeboat::cli
