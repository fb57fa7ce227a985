#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/units.h"

namespace lifeboat::aws {

/// "2026-11-24T01:02:03Z", with milliseconds where there are any.
std::string to_rfc3339(base::WallTime time);
/// The same read, also with an offset ("+00:00") and with more digits, which are cut. Nothing for other text.
std::optional<base::WallTime> from_rfc3339(std::string_view text);
/// The Date header: "Tue, 24 Nov 2026 01:02:03 GMT". Nothing for other text.
std::optional<base::WallTime> from_http_date(std::string_view text);

}  // namespace lifeboat::aws
