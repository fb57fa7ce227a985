#include "providers/local/writer_finder.h"

#include <algorithm>

#include "providers/local/postgres_config.h"

namespace lifeboat::local {

std::optional<Endpoint> WriterFinder::find(base::Milliseconds timeout) {
  const std::scoped_lock lock(mutex_);
  auto nodes = context_.layout.other(context_.region.name).database_nodes;
  std::ranges::stable_partition(nodes, [&](const auto& node) { return node.name == found_; });
  for (const auto& node : nodes) {
    if (!accepts_writes(clients_[node.name], node.endpoint, timeout)) continue;
    found_ = node.name;
    return node.endpoint;
  }
  return std::nullopt;
}

bool WriterFinder::accepts_writes(std::optional<PostgresClient>& client, const Endpoint& node,
                                  base::Milliseconds timeout) const {
  if (!client || !client->usable()) {
    client.reset();
    auto opened = PostgresClient::connect(
        {node.address, node.port, monitor_role, context_.secrets.database_monitor, "postgres"}, timeout);
    if (!opened) return false;
    client = std::move(*opened);
  }
  const auto answer = client->query("SELECT NOT pg_is_in_recovery()", timeout);
  if (!answer) client.reset();
  return answer && !answer->rows.empty() && answer->text(0, 0) == "t";
}

}  // namespace lifeboat::local
