#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "aws/time_text.h"
#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// RDS tells of replication where it is a replica.
void read_replication(const Json& json, SeenDatabase& seen) {
  seen.source = text_at(json, "ReadReplicaSourceDBInstanceIdentifier");
  seen.replicas = texts_of(list_at(json, "ReadReplicaDBInstanceIdentifiers"));
  if (seen.source.empty()) return;
  seen.replication_problem = "RDS says nothing of its replication";
  for (const auto& info : list_at(json, "StatusInfos")) {
    if (text_at(info, "StatusType") != "read replication") continue;
    const auto status = text_at(info, "Status");
    const auto message = text_at(info, "Message");
    seen.replicates = is_true_at(info, "Normal") && status == "replicating";
    seen.replication_problem = seen.replicates   ? ""
                               : message.empty() ? fmt::format("RDS says '{}' of its replication", status)
                                                 : message;
  }
}

SeenDatabase read_database(const Json& json) {
  SeenDatabase seen;
  seen.exists = true;
  seen.status = text_at(json, "DBInstanceStatus");
  seen.size = text_at(json, "DBInstanceClass");
  seen.engine_version = text_at(json, "EngineVersion");
  seen.endpoint = text_at(part_at(json, "Endpoint"), "Address");
  if (const auto port = number_at(part_at(json, "Endpoint"), "Port"); port != 0) seen.port = static_cast<int>(port);
  seen.zone = text_at(json, "AvailabilityZone");
  seen.second_zone = text_at(json, "SecondaryAvailabilityZone");
  seen.multi_az = is_true_at(json, "MultiAZ");
  seen.encrypted = is_true_at(json, "StorageEncrypted");
  seen.is_public = is_true_at(json, "PubliclyAccessible");
  seen.deletion_protection = is_true_at(json, "DeletionProtection");
  seen.backup_retention_days = static_cast<int>(number_at(json, "BackupRetentionPeriod"));
  read_replication(json, seen);
  const auto& groups = list_at(json, "DBParameterGroups");
  if (!groups.empty()) seen.parameter_group = text_at(groups.front(), "DBParameterGroupName");
  seen.pending = members_of(part_at(json, "PendingModifiedValues"));
  seen.security_groups = security_groups_of(json);
  return seen;
}

Json metric(const std::string& name, const std::vector<std::pair<std::string, std::string>>& dimensions) {
  Json list = Json::array();
  for (const auto& [key, value] : dimensions) list.push_back({{"Name", key}, {"Value", value}});
  return {{"Metric", {{"Namespace", "AWS/RDS"}, {"MetricName", name}, {"Dimensions", list}}},
          {"Period", 60},
          {"Stat", "Maximum"}};
}

/// The newest value of all of an answer's results; PostgreSQL's lag is -1 where nothing replicates.
std::optional<double> newest_value(const Json& results) {
  std::optional<double> value;
  std::optional<base::WallTime> newest;
  for (const auto& result : results) {
    const auto& times = list_at(result, "Timestamps");
    const auto& values = list_at(result, "Values");
    for (std::size_t index = 0; index < std::min(times.size(), values.size()); ++index) {
      const auto time = aws::from_rfc3339(times[index].get<std::string>());
      if (!time || (newest && *time <= *newest)) continue;
      newest = time;
      value = values[index].get<double>();
    }
  }
  return value && *value >= 0 ? value : std::nullopt;
}

}  // namespace

std::vector<std::string> members_of(const Json& structure) {
  std::vector<std::string> names;
  for (const auto& [name, value] : structure.items()) names.push_back(name);
  return names;
}

std::vector<std::string> security_groups_of(const Json& json) {
  std::vector<std::string> ids;
  for (const auto& group : list_at(json, "VpcSecurityGroups")) ids.push_back(text_at(group, "VpcSecurityGroupId"));
  std::ranges::sort(ids);
  return ids;
}

base::Result<SeenDatabase> look_at_instance(const Questions& questions, const std::string& identifier) {
  const auto answer = questions.ask("rds", "DescribeDBInstances", {{"DBInstanceIdentifier", identifier}});
  if (!answer) return std::unexpected(answer.error());
  const auto& found = list_at(*answer, "DBInstances");
  return found.empty() ? SeenDatabase{} : read_database(found.front());
}

base::Result<std::optional<std::int64_t>> look_at_lag(const Questions& questions, const model::Database& database,
                                                      const std::string& identifier, const base::RegionName& source,
                                                      base::WallTime now) {
  constexpr std::chrono::minutes memory{5};
  const bool is_rds = database.service == model::DatabaseService::rds;
  Json queries = Json::array();
  if (is_rds) {
    queries.push_back({{"Id", "lag"}, {"MetricStat", metric("ReplicaLag", {{"DBInstanceIdentifier", identifier}})}});
  } else {
    // CloudWatch keeps a global database's lag by the cluster and its source.
    const char* name = "AuroraGlobalDBReplicationLag";
    queries.push_back({{"Id", "plain"}, {"MetricStat", metric(name, {{"DBClusterIdentifier", identifier}})}});
    queries.push_back(
        {{"Id", "sourced"},
         {"MetricStat", metric(name, {{"DBClusterIdentifier", identifier}, {"SourceRegion", source.value}})}});
  }
  const auto answer = questions.ask("cloudwatch", "GetMetricData",
                                    {{"MetricDataQueries", queries},
                                     {"StartTime", aws::to_rfc3339(now - memory)},
                                     {"EndTime", aws::to_rfc3339(now)},
                                     {"ScanBy", "TimestampDescending"}});
  if (!answer) return std::unexpected(answer.error());
  const auto value = newest_value(list_at(*answer, "MetricDataResults"));
  if (!value) return std::nullopt;
  const double milliseconds = is_rds ? *value * 1000 : *value;  // RDS counts seconds here, Aurora milliseconds.
  return static_cast<std::int64_t>(milliseconds);
}

}  // namespace lifeboat::aws_world
