#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr std::string_view cluster_asset = "database";
constexpr const char* engine = "aurora-postgresql";

void add_cluster_parameter_group(const Scene& scene, Json& document) {
  add(document, "ParameterGroup", "AWS::RDS::DBClusterParameterGroup",
      {{"Description", fmt::format("The database of the stack {}", scene.stack.name)},
       {"Family", parameter_family(scene, engine)},
       {"Parameters", {{"rds.force_ssl", "1"}, {"log_lock_waits", "1"}}},
       {"Tags", tags(scene, cluster_asset)}});
}

void add_global_cluster(const Scene& scene, Json& document) {
  auto& global = add(document, "GlobalCluster", "AWS::RDS::GlobalCluster",
                     {{"GlobalClusterIdentifier", scene.names.global_cluster()},
                      {"Engine", engine},
                      {"EngineVersion", scene.stack.database.version},
                      {"StorageEncrypted", true},
                      {"DeletionProtection", true},
                      {"Tags", tags(scene, cluster_asset)}});
  // It holds no data of its own: those are in the clusters, which leave their snapshots.
  keep(global, "Delete", "Retain");
}

/// Of the cluster that the global one begins with.
void add_of_a_first_cluster(const Scene& scene, Json& properties) {
  properties["DatabaseName"] = scene.stack.database.name;
  properties["MasterUsername"] = database_user;
  properties["MasterUserPassword"] = password_reference(scene);
}

/// What can't be changed without a new cluster is literal, so that no other resource's change can replace it.
void add_aurora_cluster(const Scene& scene, Json& document) {
  Json properties = {{"DBClusterIdentifier", scene.names.database(scene.region.name)},
                     {"GlobalClusterIdentifier", scene.names.global_cluster()},
                     {"Engine", engine},
                     {"EngineVersion", scene.stack.database.version},
                     {"DBClusterParameterGroupName", ref_to("ParameterGroup")},
                     {"DBSubnetGroupName", made(scene, "DatabaseSubnetGroup")},
                     {"VpcSecurityGroupIds", Json::array({made(scene, "DatabaseSecurityGroupId")})},
                     {"Port", database_port},
                     {"StorageEncrypted", true},
                     {"KmsKeyId", made(scene, "DatabaseKeyArn")},
                     {"BackupRetentionPeriod", scene.stack.database.backup_retention_days},
                     {"CopyTagsToSnapshot", true},
                     {"DeletionProtection", true},
                     {"Tags", tags(scene, cluster_asset)}};
  if (began_as_replica(scene)) {
    properties["SourceRegion"] = scene.other.name.value;
  } else {
    add_of_a_first_cluster(scene, properties);
  }
  auto& cluster = add(document, "Cluster", "AWS::RDS::DBCluster", properties);
  keep(cluster, "Snapshot", "Snapshot");
  if (!began_as_replica(scene)) depends_on(cluster, "GlobalCluster");
}

void add_instances(const Scene& scene, Json& document) {
  for (int i = 0; i < scene.stack.database.nodes; ++i) {
    const auto& zone = scene.region.zones[static_cast<std::size_t>(i) % scene.region.zones.size()];
    auto& instance =
        add(document, fmt::format("Instance{}", i + 1), "AWS::RDS::DBInstance",
            {{"DBInstanceIdentifier", fmt::format("{}-{}", scene.names.database(scene.region.name), i + 1)},
             {"DBClusterIdentifier", scene.names.database(scene.region.name)},
             {"DBInstanceClass", scene.stack.database.size},
             {"Engine", engine},
             {"AvailabilityZone", zone.value},
             {"PubliclyAccessible", false},
             {"Tags", tags(scene, fmt::format("db-{}", i + 1))}});
    // The cluster has the data and leaves the snapshot.
    keep(instance, "Delete", "Delete");
    depends_on(instance, "Cluster");
  }
}

void add_aurora_alarms(const Scene& scene, Json& document) {
  const auto where = fmt::format("{} {}", scene.stack.name, scene.region.name.value);
  const Json cluster = Json::array({dimension("DBClusterIdentifier", ref_to("Cluster"))});
  // CloudWatch has this one in milliseconds, and only of a cluster that follows another.
  const auto lag_ms = static_cast<double>(scene.stack.recovery.rpo_objective.count());
  add(document, "ReplicaLagAlarm", "AWS::CloudWatch::Alarm",
      alarm(scene,
            {std::string(cluster_asset), where + ": the replica is further behind than the RPO objective", "AWS/RDS",
             "AuroraGlobalDBReplicationLag", "Maximum", "GreaterThanThreshold", lag_ms},
            cluster));
  add(document, "ProcessorAlarm", "AWS::CloudWatch::Alarm",
      alarm(scene,
            {std::string(cluster_asset), where + ": the database's processors are busy", "AWS/RDS", "CPUUtilization",
             "Average", "GreaterThanThreshold", 90},
            cluster));
}

}  // namespace

void add_aurora(const Scene& scene, Json& document) {
  add_cluster_parameter_group(scene, document);
  if (!began_as_replica(scene)) add_global_cluster(scene, document);
  add_aurora_cluster(scene, document);
  add_instances(scene, document);
  add_aurora_alarms(scene, document);
  output(document, "DatabaseEndpoint", get_att("Cluster", "Endpoint.Address"));
  output(document, "DatabaseReaderEndpoint", get_att("Cluster", "ReadEndpoint.Address"));
  output(document, "DatabasePort", std::to_string(database_port));
  output(document, "DatabaseOrigin", began_as_replica(scene) ? "replica" : "writer");
}

}  // namespace lifeboat::aws_world
