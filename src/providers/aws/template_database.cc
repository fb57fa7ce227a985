#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr std::string_view instance_asset = "database";
constexpr int first_storage_gib = 20;
constexpr int most_storage_gib = 200;

void add_instance_parameter_group(const Scene& scene, Json& document) {
  add(document, "ParameterGroup", "AWS::RDS::DBParameterGroup",
      {{"Description", fmt::format("The database of the stack {}", scene.stack.name)},
       {"Family", parameter_family(scene, "postgres")},
       {"Parameters", {{"rds.force_ssl", "1"}, {"log_lock_waits", "1"}}},
       {"Tags", tags(scene, instance_asset)}});
}

/// What RDS takes only of a writer that is made new. A replica inherits it from its source, and would be replaced if it
/// were added later.
void add_of_a_new_writer(const Scene& scene, Json& properties) {
  const auto& database = scene.stack.database;
  properties["Engine"] = "postgres";
  properties["EngineVersion"] = database.version;
  properties["DBName"] = database.name;
  properties["MasterUsername"] = database_user;
  properties["MasterUserPassword"] = password_reference(scene);
  properties["AllocatedStorage"] = std::to_string(first_storage_gib);
  properties["StorageEncrypted"] = true;
  properties["BackupRetentionPeriod"] = database.backup_retention_days;
}

void add_instance_alarms(const Scene& scene, Json& document) {
  const auto one = [&](const std::string& id, const Alarm& what) {
    add(document, id, "AWS::CloudWatch::Alarm",
        alarm(scene, what, Json::array({dimension("DBInstanceIdentifier", ref_to("Instance"))})));
  };
  const auto where = fmt::format("{} {}", scene.stack.name, scene.region.name.value);
  constexpr double gib = 1024.0 * 1024.0 * 1024.0;
  const auto lag_s = std::chrono::duration<double>(scene.stack.recovery.rpo_objective).count();
  one("ReplicaLagAlarm", {std::string(instance_asset), where + ": the replica is further behind than the RPO objective",
                          "AWS/RDS", "ReplicaLag", "Maximum", "GreaterThanThreshold", lag_s});
  one("StorageAlarm", {std::string(instance_asset), where + ": less than 2 GiB of the database's storage are free",
                       "AWS/RDS", "FreeStorageSpace", "Minimum", "LessThanThreshold", 2 * gib});
  one("ProcessorAlarm", {std::string(instance_asset), where + ": the database's processors are busy", "AWS/RDS",
                         "CPUUtilization", "Average", "GreaterThanThreshold", 90});
}

}  // namespace

bool began_as_replica(const Scene& scene) {
  return !scene.is_home() || !scene.inputs.source_database_arn.empty() || scene.inputs.made_as_replica;
}

std::string parameter_family(const Scene& scene, std::string_view engine) {
  const auto& version = scene.stack.database.version;
  return fmt::format("{}{}", engine, version.substr(0, version.find('.')));
}

std::string password_reference(const Scene& scene) {
  return fmt::format("{{{{resolve:secretsmanager:{}:SecretString:password}}}}", scene.names.database_secret());
}

void add_rds(const Scene& scene, Json& document) {
  add_instance_parameter_group(scene, document);
  Json properties = {{"DBInstanceIdentifier", scene.names.database(scene.region.name)},
                     {"DBInstanceClass", scene.stack.database.size},
                     {"DBParameterGroupName", ref_to("ParameterGroup")},
                     {"DBSubnetGroupName", made(scene, "DatabaseSubnetGroup")},
                     {"VPCSecurityGroups", Json::array({made(scene, "DatabaseSecurityGroupId")})},
                     {"Port", std::to_string(database_port)},
                     {"MultiAZ", scene.stack.database.nodes > 1},
                     {"PubliclyAccessible", false},
                     {"StorageType", "gp3"},
                     {"KmsKeyId", made(scene, "DatabaseKeyArn")},
                     {"MaxAllocatedStorage", most_storage_gib},
                     {"CopyTagsToSnapshot", true},
                     {"DeleteAutomatedBackups", false},
                     {"AutoMinorVersionUpgrade", true},
                     {"DeletionProtection", true},
                     {"Tags", tags(scene, instance_asset)}};
  if (began_as_replica(scene)) {
    properties["SourceRegion"] = scene.other.name.value;
    if (const auto& source = scene.inputs.source_database_arn; !source.empty()) {
      properties["SourceDBInstanceIdentifier"] = source;
    }
  } else {
    add_of_a_new_writer(scene, properties);
  }
  keep(add(document, "Instance", "AWS::RDS::DBInstance", properties), "Snapshot", "Snapshot");
  add_instance_alarms(scene, document);
  output(document, "DatabaseEndpoint", get_att("Instance", "Endpoint.Address"));
  output(document, "DatabasePort", std::to_string(database_port));
  output(document, "DatabaseOrigin", began_as_replica(scene) ? "replica" : "writer");
}

}  // namespace lifeboat::aws_world
