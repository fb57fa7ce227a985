#include "controller/local_data.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "providers/local/postgres_client.h"

namespace lifeboat::controller {
namespace {

using base::Milliseconds;

constexpr Milliseconds query_limit{10'000};
constexpr std::size_t names_a_query = 5000;

std::string array_literal(std::vector<std::string>::const_iterator begin,
                          std::vector<std::string>::const_iterator end) {
  std::string literal = "{";
  for (auto name = begin; name != end; ++name) {
    literal += literal.size() == 1 ? "\"" : ",\"";
    for (const char c : *name) {
      if (c == '"' || c == '\\') literal += '\\';
      literal += c;
    }
    literal += '"';
  }
  return literal + "}";
}

base::Result<std::set<std::string>> present_names(local::PostgresClient& client,
                                                  const std::vector<std::string>& names) {
  std::set<std::string> present;
  for (auto begin = names.begin(); begin != names.end();) {
    const auto end = begin + static_cast<std::ptrdiff_t>(
                                 std::min<std::size_t>(names_a_query, static_cast<std::size_t>(names.end() - begin)));
    auto rows = client.query("SELECT name FROM events WHERE name = ANY($1::varchar[])", query_limit,
                             {array_literal(begin, end)});
    if (!rows) return std::unexpected(rows.error());
    for (std::size_t row = 0; row < rows->rows.size(); ++row) present.insert(rows->text(row, 0));
    begin = end;
  }
  return present;
}

/// The database behind the region's pool: whichever node writes.
base::Result<local::PostgresClient> connect(const local::InstalledStack& installed, const local::Secrets& secrets,
                                            const base::RegionName& region) {
  const auto& pool = installed.layout.region(region).pool.endpoint;
  return local::PostgresClient::connect(
      {pool.address, pool.port, "app", secrets.database_application, installed.stack.database.name},
      Milliseconds{5000});
}

}  // namespace

base::Result<load::PresentNames> data_of(const local::InstalledStack& installed, const local::Secrets& secrets,
                                         const base::RegionName& region) {
  auto connected = connect(installed, secrets, region);
  if (!connected) return std::unexpected(connected.error());
  const auto client = std::make_shared<local::PostgresClient>(std::move(*connected));
  return [client](const std::vector<std::string>& names) { return present_names(*client, names); };
}

}  // namespace lifeboat::controller
