#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "providers/local/postgres_client.h"
#include "providers/local/postgres_node.h"

namespace lifeboat::local {

/// A server that streams from the node, as the node lists it.
struct StandbyLook {
  std::string application_name;
  base::Lsn confirmed;       ///< It has told that everything up to here is on its disk.
  bool synchronous = false;  ///< Commits wait for it.
};

/// One database node as it was seen by one query and a look at its files.
struct NodeLook {
  bool installed = false;
  pid_t pid = 0;
  bool answering = false;  ///< Everything below is from its answer.
  std::string refusal;     ///< Why it did not answer.
  bool in_recovery = false;
  base::Lsn position;  ///< Written (writer), or the most that is received or replayed (replica).
  base::Lsn replayed;
  std::uint32_t timeline = 0;
  std::string system_identifier;
  bool streaming = false;
  std::string upstream_address;
  std::uint16_t upstream_port = 0;
  std::optional<std::uint64_t> lag_bytes;
  std::optional<std::int64_t> lag_ms;
  std::vector<StandbyLook> standbys;
  std::vector<std::string> confirming;  ///< Application names of all who must confirm its commits, as it is told to.
  /// Its commits obey what `confirming` says: its checkpointer, which makes them, was past the last change of settings.
  bool settings_in_force = false;

  bool accepts_writes() const { return answering && !in_recovery; }
  bool waits_for(const std::string& application_name) const;
};

/// Bounds a replica's lag in time. PostgreSQL tells the age of the last transaction that was replayed, which after a
/// quiet minute is a minute, although all that is missing came in the last moment. What upstream had when the replica
/// had replayed everything is not missing.
class LagBound {
 public:
  /// Lowers look.lag_ms to the time since everything of the same upstream was last seen replayed by the same server.
  void apply(NodeLook& look, base::Instant now);

 private:
  struct Complete {
    base::Instant at;
    pid_t pid;
    std::string upstream_address;
  };
  std::optional<Complete> complete_;
};

/// Looks at one node, over a connection that it keeps. Safe to call from any thread; calls wait for one another.
class NodeObserver {
 public:
  explicit NodeObserver(const PostgresNode& node) : node_(node) {}

  /// Ends within about `timeout`, also when the server hangs.
  NodeLook look(base::Milliseconds timeout, base::Instant now);
  /// Looks again only if the last look is older than `age`.
  NodeLook recent(base::Milliseconds age, base::Milliseconds timeout, base::Instant now);

 private:
  NodeLook look_now(base::Milliseconds timeout);
  void look_again(base::Milliseconds timeout, base::Instant now);

  const PostgresNode& node_;
  std::mutex mutex_;
  std::optional<PostgresClient> client_;
  pid_t client_pid_ = 0;  ///< The server that the connection belongs to.
  NodeLook last_;
  LagBound lag_bound_;
  std::optional<base::Instant> seen_at_;
};

}  // namespace lifeboat::local
