#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// "shop-db-2" of the cluster "shop-db" is db-2; what is called otherwise is numbered after the others.
void name_members(const std::string& cluster, std::vector<SeenMember>& members) {
  std::ranges::sort(members, is_before, &SeenMember::identifier);
  const auto prefix = cluster + "-";
  const auto is_ours = [&](const SeenMember& member) {
    const auto& text = member.identifier;
    return text.starts_with(prefix) && text.size() > prefix.size() &&
           text.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
  };
  const bool ours = std::ranges::all_of(members, is_ours);
  for (std::size_t index = 0; index < members.size(); ++index) {
    auto& member = members[index];
    member.name = ours ? "db-" + member.identifier.substr(prefix.size()) : fmt::format("db-{}", index + 1);
  }
}

SeenMember read_member(const Json& json, const Json& roles) {
  SeenMember member{.identifier = text_at(json, "DBInstanceIdentifier"),
                    .name = {},
                    .status = text_at(json, "DBInstanceStatus"),
                    .size = text_at(json, "DBInstanceClass"),
                    .zone = text_at(json, "AvailabilityZone"),
                    .endpoint = text_at(part_at(json, "Endpoint"), "Address")};
  for (const auto& role : roles) {
    if (text_at(role, "DBInstanceIdentifier") == member.identifier)
      member.is_writer = is_true_at(role, "IsClusterWriter");
  }
  return member;
}

SeenDatabase read_cluster(const Json& json) {
  SeenDatabase seen;
  seen.exists = true;
  seen.status = text_at(json, "Status");
  seen.engine_version = text_at(json, "EngineVersion");
  seen.endpoint = text_at(json, "Endpoint");
  if (const auto port = number_at(json, "Port"); port != 0) seen.port = static_cast<int>(port);
  seen.multi_az = is_true_at(json, "MultiAZ");
  seen.encrypted = is_true_at(json, "StorageEncrypted");
  seen.deletion_protection = is_true_at(json, "DeletionProtection");
  seen.backup_retention_days = static_cast<int>(number_at(json, "BackupRetentionPeriod"));
  seen.source = text_at(json, "ReplicationSourceIdentifier");
  seen.parameter_group = text_at(json, "DBClusterParameterGroup");
  seen.pending = members_of(part_at(json, "PendingModifiedValues"));
  seen.security_groups = security_groups_of(json);
  return seen;
}

/// The global cluster says who writes, and whether the others keep up.
void read_global(const Json& clusters, const std::string& arn, SeenDatabase& seen) {
  for (const auto& global : clusters) {
    const auto& members = list_at(global, "GlobalClusterMembers");
    const auto own =
        std::ranges::find_if(members, [&](const Json& member) { return text_at(member, "DBClusterArn") == arn; });
    if (own == members.end() || is_true_at(*own, "IsWriter")) continue;
    const auto status = text_at(*own, "SynchronizationStatus");
    seen.replicates = status == "connected";
    if (!seen.replicates) {
      seen.replication_problem = status.empty() ? "Aurora says nothing of its synchronization"
                                                : fmt::format("Aurora says '{}' of its synchronization", status);
    }
    for (const auto& member : members) {
      if (is_true_at(member, "IsWriter")) seen.source = text_at(member, "DBClusterArn");
    }
    if (seen.source.empty()) seen.source = text_at(global, "GlobalClusterIdentifier");
  }
}

void read_members(const Json& instances, const Json& roles, const std::string& cluster, SeenDatabase& seen) {
  for (const auto& instance : instances) {
    seen.members.push_back(read_member(instance, roles));
    seen.is_public = seen.is_public || is_true_at(instance, "PubliclyAccessible");
  }
  name_members(cluster, seen.members);
  if (!seen.members.empty()) seen.size = seen.members.front().size;
}

}  // namespace

base::Result<SeenDatabase> look_at_aurora(const Questions& questions, const std::string& identifier) {
  const auto ask = [&](const char* operation, Json input) {
    return at_once(
        [&questions, operation, input = std::move(input)] { return questions.ask("rds", operation, input); });
  };
  auto cluster = ask("DescribeDBClusters", {{"DBClusterIdentifier", identifier}});
  auto instances =
      ask("DescribeDBInstances",
          {{"Filters", Json::array({{{"Name", "db-cluster-id"}, {"Values", Json::array({identifier})}}})}});
  auto global = ask("DescribeGlobalClusters", Json::object());
  Troubles troubles;
  const auto clusters = troubles.take(cluster.get());
  const auto members = troubles.take(instances.get());
  const auto globals = troubles.take(global.get());
  if (auto error = troubles.error()) return std::unexpected(*std::move(error));
  const auto& found = list_at(*clusters, "DBClusters");
  if (found.empty()) return SeenDatabase{};
  auto seen = read_cluster(found.front());
  read_members(list_at(*members, "DBInstances"), list_at(found.front(), "DBClusterMembers"), identifier, seen);
  read_global(list_at(*globals, "GlobalClusters"), text_at(found.front(), "DBClusterArn"), seen);
  return seen;
}

}  // namespace lifeboat::aws_world
