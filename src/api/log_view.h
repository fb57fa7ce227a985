#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace lifeboat::api {

struct LogEntryView {
  std::uint64_t seq = 0;  ///< Grows; asking for what comes after it never misses an entry.
  std::int64_t at_ms = 0;
  std::string at;  ///< The same moment as text, UTC: "2026-11-22T23:05:42.123Z".
  std::string sentence;
  std::optional<std::string> operation;
};

struct LogView {
  std::vector<LogEntryView> entries;
};

/// "2026-11-22T23:05:42.123Z".
std::string moment_text(std::int64_t unix_ms);

std::string to_document(const LogView& view);
/// One entry as a JSON object of its own, on one line.
std::string to_line(const LogEntryView& entry);
base::Result<LogView> log_from_document(std::string_view text);

}  // namespace lifeboat::api
