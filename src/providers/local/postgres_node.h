#pragma once

#include <sys/types.h>

#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "providers/local/deadline.h"
#include "providers/local/postgres_client.h"
#include "providers/local/postgres_config.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// One database node: its files and its server. Does what it is told; whether it may be done is decided above. Calls
/// that change the node must not overlap; the others are safe from any thread.
class PostgresNode {
 public:
  PostgresNode(const RegionContext& context, const Placement& placement);

  const std::string& name() const { return placement_.name; }
  const Placement& placement() const { return placement_; }
  const NodePaths& paths() const { return paths_; }
  /// As the writer lists the node in pg_stat_replication: "us-east-2/db-1".
  std::string application_name() const { return application_name_of(name()); }
  std::string application_name_of(const std::string& node) const;

  /// Complete data is there. A folder that a crash left half made or half rewound does not count.
  bool installed() const;
  /// The data is a replica's: a server started from it does not commit.
  bool is_standby() const;
  /// 0 when no server runs.
  pid_t pid() const;
  /// What "upstream" says: a node of this region, or empty.
  std::string followed() const;

  /// Makes the data of a new, empty writer. Crash-safe: complete or not there.
  base::Status initialise(const Deadline& deadline);
  /// Makes the data as a copy of the server at `source`, as a standby. Existing data is replaced at the end.
  base::Status copy_from(const Endpoint& source, const Deadline& deadline, const std::stop_token& stop);
  /// Turns diverged data into a standby of the server at `source`, on which a CHECKPOINT must have been made since its
  /// promotion. The node must be stopped. After an error the data is of no use any more, unless `installed` says so.
  base::Status rewind_to(const Endpoint& source, const Deadline& deadline, const std::stop_token& stop);
  /// Makes cleanly stopped writer's data a standby's.
  base::Status become_standby();

  /// Sets whom the node follows from now on (`followed_node`: its name, empty for the other region); a running server
  /// takes it at once.
  base::Status follow(const Upstream& upstream, const std::string& followed_node);
  /// Sets who must confirm the commits of this writer, all of them, by application name; empty: nobody.
  base::Status require_confirmation(const std::vector<std::string>& application_names);

  /// Starts the server from the data as it is; adopts one that runs. follow() or require_confirmation() come before it.
  base::Result<pid_t> start();
  /// Fast shutdown within the time limit, then SIGKILL to everything that works in the data folder, then proof. Returns
  /// what was done and seen, as sentences.
  base::Result<std::vector<std::string>> stop(const Deadline& deadline, base::Milliseconds patience);
  /// SIGKILL at once, then proof.
  base::Status kill(const Deadline& deadline);

  base::Result<PostgresClient> connect(base::Milliseconds timeout, const std::string& database = "postgres") const;
  PostgresTarget target(const Endpoint& endpoint, const std::string& database = "postgres") const;
  std::filesystem::path program(const std::string& name) const { return context_.programs.postgres_bin / name; }

  /// The same for any call of a PostgreSQL program, with the replication role's password at hand.
  base::Result<std::filesystem::path> pass_file() const;

 private:
  base::Status write_configuration() const;
  base::Status reload() const;
  base::Status clear_for_start() const;
  base::Status write_replication() const;
  base::Status prepare_building(const Deadline& deadline) const;
  base::Status finish_building() const;
  std::string cluster_name() const;
  ProcessSpec process() const;

  const RegionContext& context_;
  Placement placement_;
  NodePaths paths_;
  Upstream upstream_;
  std::vector<std::string> confirming_;  ///< Application names.
};

}  // namespace lifeboat::local
