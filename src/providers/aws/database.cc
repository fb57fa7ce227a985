#include "providers/aws/database.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "providers/aws/aurora_database.h"
#include "providers/aws/rds_database.h"

namespace lifeboat::aws_world {

bool DatabaseLook::serves() const {
  static constexpr std::array<std::string_view, 8> working{"available",
                                                           "backing-up",
                                                           "configuring-enhanced-monitoring",
                                                           "configuring-iam-database-auth",
                                                           "configuring-log-exports",
                                                           "modifying",
                                                           "storage-config-upgrade",
                                                           "storage-optimization"};
  return exists && std::ranges::find(working, status) != working.end();
}

std::unique_ptr<DatabaseService> make_database_service(const model::Stack& stack, const Names& names) {
  if (stack.database.service == model::DatabaseService::aurora_global) {
    return std::make_unique<AuroraDatabase>(names);
  }
  return std::make_unique<RdsDatabase>(names, stack.database.backup_retention_days);
}

std::string last_part(const std::string& arn) {
  return arn.substr(arn.find_last_of(':') + 1);
}

bool same_database(const std::string& one, const std::string& two) {
  const bool both_arns = one.starts_with("arn:") && two.starts_with("arn:");
  return both_arns ? one == two : last_part(one) == last_part(two);
}

base::Status wait_for_database(const Work& work, const DatabaseService& service, const base::RegionName& region,
                               const std::string& source) {
  const auto wanted = source.empty() ? std::string("the database to take writes") : "a replica of " + last_part(source);
  return work.wait_until(fmt::format("{}: {}", region.value, wanted), [&](std::string& seen) -> base::Result<bool> {
    const auto look = service.look(work, region);
    if (!look) return std::unexpected(look.error());
    seen = look->exists ? look->status : "no database";
    if (!look->exists) return false;
    if (source.empty() != look->source.empty()) {
      seen += look->source.empty() ? ", a writer" : ", a replica";
      return false;
    }
    if (source.empty()) return look->serves() && !look->is_moving;
    if (!same_database(source, look->source)) seen += ", a replica of " + last_part(look->source);
    if (!look->replicates) seen += ", does not replicate";
    return look->serves() && look->replicates && same_database(source, look->source);
  });
}

}  // namespace lifeboat::aws_world
