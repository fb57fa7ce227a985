#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "model/checks.h"
#include "model/size_catalogue.h"

namespace lifeboat::model {

namespace {

int major_version(std::string_view version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

void check_version_and_size(Checks& checks) {
  const Database& database = checks.stack().database;
  const int major = major_version(database.version);
  if (major < first_postgresql_version || major > last_postgresql_version) {
    return checks.error({"database.version"}, fmt::format("PostgreSQL {} is not supported", database.version),
                        fmt::format("use a version from {} to {}", first_postgresql_version, last_postgresql_version));
  }
  const DatabaseSize* size = find_database_size(database.size);
  if (size == nullptr || size->offered_for(major)) return;
  const auto near = nearest_offered(*size, major);
  checks.error({"database.size", "database.version"},
               fmt::format("AWS does not offer {} with PostgreSQL {}", size->name, database.version),
               near ? fmt::format("the nearest size that it does offer is {}", *near) : "choose another size");
}

void check_nodes(Checks& checks) {
  const Database& database = checks.stack().database;
  if (database.nodes == 1) {
    if (checks.given("database.synchronous_in_region") && database.synchronous_in_region) {
      checks.error({"database.synchronous_in_region", "database.nodes"},
                   "synchronous replication in the region needs a second node",
                   "use 'nodes: 2', or 'synchronous_in_region: false'");
    } else {
      checks.warning({"database.nodes"}, "with one node, losing it means a failover to the other region",
                     "use 'nodes: 2'");
    }
  }
  for (std::size_t i = 0; i < checks.regions().size(); ++i) {
    const std::size_t zones = checks.regions()[i].region.zones.size();
    if (database.nodes <= 2 || static_cast<std::size_t>(database.nodes) <= std::max<std::size_t>(zones, 2)) continue;
    const std::string path = fmt::format("regions[{}].zones", i);
    checks.warning(
        {"database.nodes", path},
        fmt::format("{} database nodes, and {} has fewer zones", database.nodes, checks.regions()[i].region.name.value),
        "name as many zones as there are nodes, so that a zone holds one node only");
  }
}

}  // namespace

void check_database(Checks& checks) {
  const Database& database = checks.stack().database;
  check_version_and_size(checks);
  check_nodes(checks);
  if (database.name == "postgres" || database.name == "template0" || database.name == "template1") {
    checks.error({"database.name"}, fmt::format("the database name '{}' belongs to PostgreSQL itself", database.name),
                 "choose another name");
  }
  if (database.backup_retention_days > 0) return;
  if (checks.stack().world == World::aws) {
    checks.error({"database.backup_retention_days", "world"},
                 "AWS makes a cross-region replica only of a database that has backups", "use 1 day or more");
  } else {
    checks.warning({"database.backup_retention_days"},
                   "without backups, data that a mistake deleted cannot be brought back",
                   "use 1 day or more; AWS needs them for the replica");
  }
}

}  // namespace lifeboat::model
