#include "cli/duration.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace lifeboat::cli {

base::Result<base::Milliseconds> parse_duration(std::string_view text) {
  static const std::map<std::string_view, std::int64_t> units = {{"", 1000},    {"ms", 1},       {"s", 1000},
                                                                 {"m", 60'000}, {"min", 60'000}, {"h", 3'600'000}};
  constexpr std::int64_t longest = 1'000'000;
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto unit = units.find(std::string_view(end, static_cast<std::size_t>(text.data() + text.size() - end)));
  if (problem == std::errc() && unit != units.end() && number >= 0 && number <= longest) {
    return base::Milliseconds(number * unit->second);
  }
  return base::fail(base::ErrorCode::bad_flag,
                    fmt::format("'{}' is no duration; expected one like 500ms, 30s or 10m", text));
}

}  // namespace lifeboat::cli
