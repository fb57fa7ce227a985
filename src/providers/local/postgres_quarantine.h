#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "base/error.h"
#include "providers/local/deadline.h"
#include "providers/local/postgres_client.h"
#include "providers/local/postgres_config.h"
#include "providers/local/postgres_node.h"

namespace lifeboat::local {

/// A server on a stopped node's data that nobody else can reach: no TCP, a socket in a private folder, read-only by
/// default, nothing cleaned up. It lives as long as this object, and at most as long as this process.
class Quarantine {
 public:
  /// Starts the server and waits until it has recovered.
  static base::Result<std::unique_ptr<Quarantine>> start(const PostgresNode& node, const PostgresTarget& admin,
                                                         const Deadline& deadline);
  /// Shuts it down.
  ~Quarantine();
  Quarantine(const Quarantine&) = delete;
  Quarantine& operator=(const Quarantine&) = delete;

  base::Result<PostgresClient> connect(const std::string& database, base::Milliseconds timeout) const;

 private:
  Quarantine(const PostgresNode& node, const PostgresTarget& admin, const Deadline& deadline);

  NodePaths paths_;
  PostgresTarget admin_;
  Deadline deadline_;
  int folder_ = -1;  ///< The socket's folder, open: its path may be longer than a socket's name can be.
  std::atomic<bool> ended_ = false;
  base::Result<std::string> ending_;  ///< What the server's process left; to be read once `ended_`.
  std::jthread server_;
};

}  // namespace lifeboat::local
