#include "controller/client_measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <thread>

#include "load/records.h"
#include "providers/local/postgres_client.h"

namespace lifeboat::controller {
namespace {

using base::Milliseconds;

constexpr auto client_patience = std::chrono::seconds(4);
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

bool client_recovered(const std::vector<load::RequestRecord>& requests, base::WallTime since,
                      const base::RegionName& region) {
  const auto since_us = std::chrono::duration_cast<std::chrono::microseconds>(since.time_since_epoch()).count();
  return std::ranges::any_of(requests, [&](const load::RequestRecord& request) {
    return request.kind == load::RequestKind::write && request.acknowledged && request.started_at_us >= since_us &&
           request.served_by == region.value;
  });
}

}  // namespace

base::Result<engine::ClientView> measure_clients(const MeasureParts& parts, const base::RegionName& active,
                                                 base::WallTime counted_until, const engine::MeasureClients& effect) {
  const auto deadline = parts.clock.now() + client_patience;
  base::Result<std::vector<load::RequestRecord>> requests;
  while (true) {
    requests = load::read_folder(parts.installed.paths.load(), effect.since);
    if (!requests) return std::unexpected(requests.error());
    if (requests->empty()) return engine::ClientView{};
    if (client_recovered(*requests, effect.since, active) || parts.clock.now() >= deadline) break;
    std::this_thread::sleep_for(Milliseconds{50});
  }
  auto client = connect(parts.installed, parts.secrets, active);
  if (!client) return std::unexpected(client.error());
  const auto present = [&](const std::vector<std::string>& names) { return present_names(*client, names); };
  return load::measure(*requests, {.since = effect.since, .writes_from = counted_until, .new_region = active}, present);
}

}  // namespace lifeboat::controller
