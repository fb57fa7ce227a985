#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// A region's database as its service describes it.
struct DatabaseLook {
  bool exists = false;
  std::string status;  ///< The service's word: "available", "backing-up" …
  std::string endpoint;
  std::string reader;  ///< Aurora: answers also while the cluster is a secondary one; empty elsewhere.
  int port = 5432;
  /// What it replicates from, as an ARN; empty: nothing, it takes writes.
  std::string source;
  bool replicates = false;  ///< The service says that replication runs.
  bool is_moving = false;   ///< A promotion or a switchover is under way.
  std::string group;        ///< Aurora's global cluster; empty elsewhere.
  bool deletion_protection = false;
  // What a replica in its place needs.
  std::string size;
  std::string subnet_group;
  std::string parameter_group;
  std::string kms_key;
  std::vector<std::string> security_groups;
  bool multi_az = false;

  bool is_writer() const { return exists && source.empty(); }
  /// It can be used, whatever else the service does with it.
  bool serves() const;
};

/// The service that keeps the database, in either region. Every call asks the region that it names and no other, unless
/// it says so. Callable from any thread.
class DatabaseService {
 public:
  virtual ~DatabaseService() = default;

  /// What does not exist is an answer.
  virtual base::Result<DatabaseLook> look(const Work& work, const base::RegionName& region) const = 0;

  /// Makes the region's replica a writer and waits until it serves. Finds one that is promoted, or about to be. It is
  /// asked for once a call; when the answer was lost, the state decides, and one that did not move within a minute is
  /// aws_timeout. With `is_planned` nothing can be lost any more, and the other region's side may be asked too.
  virtual base::Status promote(const Work& work, const base::RegionName& region, bool is_planned) const = 0;

  /// Deletes the region's database and waits until it is gone; one that is not there is fine. A writer leaves the
  /// snapshot of this name behind; a replica leaves nothing, because its source has everything.
  virtual base::Status remove(const Work& work, const base::RegionName& region, const std::string& snapshot) const = 0;

  /// Whether the service makes the old writer's region a replica by itself after a promotion elsewhere.
  virtual bool follows_by_itself() const = 0;
};

/// By model::Database::service.
std::unique_ptr<DatabaseService> make_database_service(const model::Stack& stack, const Names& names);

/// Waits until the database is what is asked for: there, serving, and a replica of `source` that replicates (empty: a
/// writer).
base::Status wait_for_database(const Work& work, const DatabaseService& service, const base::RegionName& region,
                               const std::string& source);

/// The ARN's resource, or the text: "shop-db" of both "shop-db" and "arn:aws:rds:us-east-2:1:db:shop-db".
std::string last_part(const std::string& arn);
/// Whether the two name the same database; where one is no ARN, by their names.
bool same_database(const std::string& one, const std::string& two);

}  // namespace lifeboat::aws_world
