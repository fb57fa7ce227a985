#include "cli/aws_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds query_limit{30'000};
constexpr std::size_t names_a_query = 400;  ///< All of them missing still fit into a command's output.

std::string literal(const std::string& name) {
  std::string text = "'";
  for (const char c : name) text += c == '\'' ? std::string("''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string missing_names_sql(std::span<const std::string> names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ",") + literal(name);
  return fmt::format(
      "SELECT asked FROM unnest(ARRAY[{}]::varchar[]) AS asked WHERE NOT EXISTS (SELECT FROM events WHERE name = "
      "asked);",
      list);
}

load::PresentNames aws_data_of(aws_world::Sql& sql, base::RegionName region, const ports::Clock& clock) {
  return [&sql, &clock,
          region = std::move(region)](const std::vector<std::string>& names) -> base::Result<std::set<std::string>> {
    std::set<std::string> present(names.begin(), names.end());
    for (std::size_t begin = 0; begin < names.size(); begin += names_a_query) {
      const auto some = std::span(names).subspan(begin, std::min(names_a_query, names.size() - begin));
      const auto missing = sql.run(region, missing_names_sql(some), clock.now() + query_limit);
      if (!missing) return std::unexpected(missing.error());
      for (const auto& row : *missing) {
        if (!row.empty()) present.erase(row.front());
      }
    }
    return present;
  };
}

}  // namespace lifeboat::cli
