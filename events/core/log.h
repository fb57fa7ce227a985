#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace lifeboat::events {

/// Writes one JSON line to stderr: {"at": …, "event": …, fields…}. Whole lines from any thread; never a secret: callers
/// pass what was seen, not requests' headers or bodies.
void log_event(std::string_view event, std::initializer_list<std::pair<std::string_view, std::string>> fields);

}  // namespace lifeboat::events
