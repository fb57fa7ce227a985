#include "providers/aws/drill_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "providers/aws/sql_script.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

/// When the drill began, in milliseconds since 1970.
constexpr std::string_view drill_tag = "lifeboat:drill";

bool is_aurora(const ClonePorts& ports) {
  return ports.stack.database.service == model::DatabaseService::aurora_global;
}

Json tags(const ClonePorts& ports, base::WallTime begun) {
  return Json::array({{{"Key", drill_tag}, {"Value", std::to_string(begun.time_since_epoch().count())}},
                      {{"Key", stack_tag}, {"Value", ports.stack.name}}});
}

std::optional<base::WallTime> drill_of(const Json& thing) {
  for (const auto& tag : thing.value("TagList", Json::array())) {
    if (tag.value("Key", "") != drill_tag) continue;
    const auto begun = parse_number(tag.value("Value", ""));
    if (begun) return base::WallTime(base::Milliseconds(*begun));
  }
  return std::nullopt;
}

base::Status asked(const aws::Answer& answer, std::string& seen) {
  if (answer || !answer.error().was_not_done()) return {};
  static constexpr std::array<std::string_view, 9> changed{
      "InvalidDBInstanceState",  "InvalidDBSnapshotState",  "InvalidDBClusterState",
      "DBInstanceAlreadyExists", "DBSnapshotAlreadyExists", "DBClusterAlreadyExists",
      "DBInstanceNotFound",      "DBSnapshotNotFound",      "DBClusterNotFound"};
  const auto& code = answer.error().code;
  if (std::ranges::none_of(changed, [&](auto known) { return code.starts_with(known); }))
    return std::unexpected(error_of(answer.error()));
  if (code.starts_with("Invalid")) seen += fmt::format("; RDS says: {}", answer.error().message);
  return {};
}

base::Result<std::string> size_of_members(const ClonePorts& ports, const base::RegionName& region) {
  const auto cluster = ports.names.database(region);
  const auto answer =
      ports.work.call("rds", "DescribeDBInstances", region,
                      {{"Filters", Json::array({{{"Name", "db-cluster-id"}, {"Values", Json::array({cluster})}}})}});
  if (!answer) return std::unexpected(answer.error());
  const auto found = answer->value("DBInstances", Json::array());
  if (!found.empty()) return found.front().value("DBInstanceClass", "");
  return base::fail(ErrorCode::effect_failed,
                    fmt::format("{}: {} has no instance whose size a clone's could have", region.value, cluster));
}

/// The part's groups and networks are those of the replica.
void set_surroundings(Json& input, const DatabaseLook& like, const char* parameter_group) {
  if (!like.subnet_group.empty()) input["DBSubnetGroupName"] = like.subnet_group;
  if (!like.parameter_group.empty()) input[parameter_group] = like.parameter_group;
  if (!like.security_groups.empty()) input["VpcSecurityGroupIds"] = like.security_groups;
}

}  // namespace

PartWords storage_words(const ClonePorts& ports, const base::RegionName& region) {
  const auto name = ports.names.drill_clone(region);
  if (is_aurora(ports)) {
    return {.name = name,
            .word = "cluster",
            .describe = "DescribeDBClusters",
            .identifier = "DBClusterIdentifier",
            .list = "DBClusters",
            .status = "Status",
            .remove = "DeleteDBCluster",
            .leaves_snapshot = true,
            .leaves_backups = true};
  }
  return {.name = name,
          .word = "snapshot",
          .describe = "DescribeDBSnapshots",
          .identifier = "DBSnapshotIdentifier",
          .list = "DBSnapshots",
          .status = "Status",
          .remove = "DeleteDBSnapshot",
          .leaves_snapshot = false,
          .leaves_backups = false};
}

PartWords instance_words(const ClonePorts& ports, const base::RegionName& region) {
  return {.name = ports.names.drill_clone(region) + (is_aurora(ports) ? "-1" : ""),
          .word = "instance",
          .describe = "DescribeDBInstances",
          .identifier = "DBInstanceIdentifier",
          .list = "DBInstances",
          .status = "DBInstanceStatus",
          .remove = "DeleteDBInstance",
          .leaves_snapshot = true,
          .leaves_backups = !is_aurora(ports)};  // Aurora's belong to the cluster.
}

base::Result<ClonePart> look_at_part(const ClonePorts& ports, const base::RegionName& region, const PartWords& words) {
  const auto answer = ports.work.ask("rds", words.describe, region, {{words.identifier, words.name}});
  if (!answer && answer.error().kind == aws::FailureKind::missing) return ClonePart{};
  if (!answer) return std::unexpected(error_of(answer.error()));
  const auto found = answer->value(words.list, Json::array());
  if (found.empty()) return ClonePart{};
  const auto& thing = found.front();
  ClonePart part{true, thing.value(words.status, ""), drill_of(thing)};
  // A cluster's is a text with the port beside it, an instance's has both.
  const auto endpoint = thing.value("Endpoint", Json());
  part.endpoint = endpoint.is_object() ? endpoint.value("Address", "") : thing.value("Endpoint", "");
  part.port = (endpoint.is_object() ? endpoint : thing).value("Port", part.port);
  return part;
}

base::Status make_storage(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                          const DatabaseLook& like, std::string& seen) {
  const auto name = ports.names.drill_clone(region);
  const auto source = ports.names.database(region);
  if (!is_aurora(ports)) {
    ports.work.say(fmt::format("{}: a snapshot of {}", region.value, source));
    return asked(ports.work.ask(
                     "rds", "CreateDBSnapshot", region,
                     {{"DBSnapshotIdentifier", name}, {"DBInstanceIdentifier", source}, {"Tags", tags(ports, begun)}}),
                 seen);
  }
  Json input{{"DBClusterIdentifier", name},
             {"SourceDBClusterIdentifier", source},
             {"RestoreType", "copy-on-write"},
             {"UseLatestRestorableTime", true},
             {"Port", like.port},
             {"DeletionProtection", false},
             {"Tags", tags(ports, begun)}};
  set_surroundings(input, like, "DBClusterParameterGroupName");
  ports.work.say(fmt::format("{}: a clone of {}", region.value, source));
  return asked(ports.work.ask("rds", "RestoreDBClusterToPointInTime", region, input), seen);
}

base::Status make_instance(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                           const DatabaseLook& like, std::string& seen) {
  const auto storage = ports.names.drill_clone(region);
  const auto name = instance_words(ports, region).name;
  Json input{{"DBInstanceIdentifier", name}, {"PubliclyAccessible", false}, {"Tags", tags(ports, begun)}};
  if (is_aurora(ports)) {
    const auto size = size_of_members(ports, region);
    if (!size) return std::unexpected(size.error());
    input["DBClusterIdentifier"] = storage;
    input["DBInstanceClass"] = *size;
    input["Engine"] = "aurora-postgresql";
    ports.work.say(fmt::format("{}: {} in the clone", region.value, name));
    return asked(ports.work.ask("rds", "CreateDBInstance", region, input), seen);
  }
  input["DBSnapshotIdentifier"] = storage;
  input["DBInstanceClass"] = like.size;
  input["Port"] = like.port;
  input["MultiAZ"] = false;
  input["DeletionProtection"] = false;
  set_surroundings(input, like, "DBParameterGroupName");
  ports.work.say(fmt::format("{}: {} from the snapshot", region.value, name));
  return asked(ports.work.ask("rds", "RestoreDBInstanceFromDBSnapshot", region, input), seen);
}

base::Status delete_part(const ClonePorts& ports, const base::RegionName& region, const PartWords& words,
                         std::string& seen) {
  Json input{{words.identifier, words.name}};
  if (words.leaves_snapshot) input["SkipFinalSnapshot"] = true;
  if (words.leaves_backups) input["DeleteAutomatedBackups"] = true;
  return asked(ports.work.ask("rds", words.remove, region, input), seen);
}

}  // namespace lifeboat::aws_world
