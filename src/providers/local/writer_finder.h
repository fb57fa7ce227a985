#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/units.h"
#include "providers/local/postgres_client.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// Finds the other region's writer by asking its database nodes themselves. Keeps a connection to each, so that asking
/// again is cheap. Safe to call from any thread.
class WriterFinder {
 public:
  explicit WriterFinder(const RegionContext& context) : context_(context) {}

  /// The node of the other region that accepts writes now; nothing when none does. `timeout` bounds each node's answer.
  std::optional<Endpoint> find(base::Milliseconds timeout);

 private:
  bool accepts_writes(std::optional<PostgresClient>& client, const Endpoint& node, base::Milliseconds timeout) const;

  const RegionContext& context_;
  std::mutex mutex_;
  std::map<std::string, std::optional<PostgresClient>> clients_;  ///< By node.
  std::string found_;                                             ///< The node that was the writer last time.
};

}  // namespace lifeboat::local
