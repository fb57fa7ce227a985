#include "providers/local/writer_finder.h"

#include "providers/local/postgres_config.h"

namespace lifeboat::local {

std::optional<Endpoint> WriterFinder::find(base::Milliseconds timeout) {
  const std::scoped_lock lock(mutex_);
  if (client_ && accepts_writes(*client_, timeout)) return found_;
  client_.reset();
  for (const auto& node : context_.layout.other(context_.region.name).database_nodes) {
    auto client = PostgresClient::connect(
        {node.endpoint.address, node.endpoint.port, monitor_role, context_.secrets.database_monitor, "postgres"},
        timeout);
    if (!client || !accepts_writes(*client, timeout)) continue;
    client_ = std::move(*client);
    found_ = node.endpoint;
    return found_;
  }
  return std::nullopt;
}

bool WriterFinder::accepts_writes(PostgresClient& client, base::Milliseconds timeout) const {
  const auto answer = client.query("SELECT NOT pg_is_in_recovery()", timeout);
  return answer && !answer->rows.empty() && answer->text(0, 0) == "t";
}

}  // namespace lifeboat::local
