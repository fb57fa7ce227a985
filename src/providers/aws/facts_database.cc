#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "providers/aws/facts_parts.h"
#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// What somebody set; what is at the engine's default follows from the version.
base::Status add_settings(const Questions& questions, const std::string& operation, const std::string& member,
                          const std::string& group, Facts& facts) {
  if (group.empty() || group.starts_with("default.")) return {};
  const auto answer = questions.ask("rds", operation, {{member, group}, {"Source", "user"}});
  if (!answer) return std::unexpected(answer.error());
  for (const auto& parameter : list_at(*answer, "Parameters")) {
    const auto source = text_at(parameter, "Source");
    if (!source.empty() && source != "user") continue;
    facts["setting " + text_at(parameter, "ParameterName")] = text_at(parameter, "ParameterValue");
  }
  return {};
}

/// What instances and clusters tell under the same names.
void add_common(const Json& database, Facts& facts) {
  facts["engine"] = text_at(database, "Engine");
  facts["version"] = text_at(database, "EngineVersion");
  facts["Multi-AZ"] = yes_or_no(is_true_at(database, "MultiAZ"));
  facts["encrypted"] = yes_or_no(is_true_at(database, "StorageEncrypted"));
  facts["deletion protection"] = yes_or_no(is_true_at(database, "DeletionProtection"));
  facts["backups"] = fmt::format("{} days", number_at(database, "BackupRetentionPeriod"));
  const auto pending = members_of(part_at(database, "PendingModifiedValues"));
  facts["pending changes"] = pending.empty() ? "none" : fmt::format("{}", fmt::join(pending, ", "));
}

}  // namespace

PartAnswer database_facts(const Questions& questions, const std::string& identifier) {
  const auto answer = questions.ask("rds", "DescribeDBInstances", {{"DBInstanceIdentifier", identifier}});
  if (!answer) return std::unexpected(answer.error());
  const auto& found = list_at(*answer, "DBInstances");
  if (found.empty()) return std::nullopt;
  const auto& database = found.front();
  PartFacts part;
  add_common(database, part.facts);
  part.facts["size"] = text_at(database, "DBInstanceClass");
  part.facts["storage"] =
      fmt::format("{} GiB {}", number_at(database, "AllocatedStorage"), text_at(database, "StorageType"));
  part.facts["public"] = yes_or_no(is_true_at(database, "PubliclyAccessible"));
  part.facts["minor upgrades"] = is_true_at(database, "AutoMinorVersionUpgrade") ? "by themselves" : "when asked";
  for (const auto& group : list_at(database, "DBParameterGroups")) {
    part.facts["settings applied"] = text_at(group, "ParameterApplyStatus");
    const auto added = add_settings(questions, "DescribeDBParameters", "DBParameterGroupName",
                                    text_at(group, "DBParameterGroupName"), part.facts);
    if (!added) return std::unexpected(added.error());
  }
  part.security_groups = security_groups_of(database);
  part.network_id = text_at(part_at(database, "DBSubnetGroup"), "VpcId");
  return part;
}

PartAnswer aurora_facts(const Questions& questions, const std::string& identifier) {
  const auto answer = questions.ask("rds", "DescribeDBClusters", {{"DBClusterIdentifier", identifier}});
  if (!answer) return std::unexpected(answer.error());
  const auto& found = list_at(*answer, "DBClusters");
  if (found.empty()) return std::nullopt;
  const auto& cluster = found.front();
  PartFacts part;
  add_common(cluster, part.facts);
  auto seen = look_at_aurora(questions, identifier);
  if (!seen) return std::unexpected(seen.error());
  std::vector<std::string> sizes;
  std::vector<std::string> zones;
  for (const auto& member : seen->members) {
    sizes.push_back(member.size);
    zones.push_back(member.zone);
  }
  part.facts["instances"] = counted(sizes);
  part.facts["spread over zones"] = spread(zones);
  part.facts["public"] = yes_or_no(seen->is_public);
  const auto added = add_settings(questions, "DescribeDBClusterParameters", "DBClusterParameterGroupName",
                                  seen->parameter_group, part.facts);
  if (!added) return std::unexpected(added.error());
  part.security_groups = seen->security_groups;
  return part;
}

}  // namespace lifeboat::aws_world
