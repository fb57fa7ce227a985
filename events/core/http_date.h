#pragma once

#include <cstdint>
#include <string>

namespace lifeboat::events {

/// "Mon, 07 Mar 2022 23:13:02 GMT" for seconds since 1970, UTC; independent of the locale.
std::string http_date(std::int64_t unix_seconds);

}  // namespace lifeboat::events
