#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array rds_shapes{
    NamedShape{"Filter", "Name! Values![Value]"},
    NamedShape{"Tag", "Key Value"},
    NamedShape{"DBInstance",
               "DBInstanceIdentifier DBClusterIdentifier DBInstanceClass Engine EngineVersion DBInstanceStatus "
               "MasterUsername DBName "
               "Endpoint{Address Port:int HostedZoneId} AllocatedStorage:int InstanceCreateTime:time "
               "BackupRetentionPeriod:int PreferredBackupWindow PreferredMaintenanceWindow "
               "VpcSecurityGroups[VpcSecurityGroupMembership]{VpcSecurityGroupId Status} "
               "DBParameterGroups[DBParameterGroup]{DBParameterGroupName ParameterApplyStatus} AvailabilityZone "
               "SecondaryAvailabilityZone DBSubnetGroup{DBSubnetGroupName VpcId SubnetGroupStatus "
               "Subnets[Subnet]{SubnetIdentifier SubnetAvailabilityZone{Name} SubnetStatus}} "
               "PendingModifiedValues{DBInstanceClass AllocatedStorage:int Port:int BackupRetentionPeriod:int "
               "MultiAZ:bool EngineVersion StorageType} LatestRestorableTime:time MultiAZ:bool "
               "AutoMinorVersionUpgrade:bool ReadReplicaSourceDBInstanceIdentifier "
               "ReadReplicaDBInstanceIdentifiers[ReadReplicaDBInstanceIdentifier] ReplicaMode "
               "PubliclyAccessible:bool StatusInfos[DBInstanceStatusInfo]{StatusType Normal:bool Status Message} "
               "StorageType StorageEncrypted:bool KmsKeyId DbiResourceId DBInstanceArn DeletionProtection:bool "
               "TagList[Tag]&Tag"},
    NamedShape{"DBCluster",
               "DBClusterIdentifier DBClusterArn Status Engine EngineVersion Endpoint ReaderEndpoint Port:int "
               "DatabaseName MultiAZ:bool StorageEncrypted:bool StorageType DeletionProtection:bool "
               "BackupRetentionPeriod:int AvailabilityZones[AvailabilityZone] DBClusterParameterGroup "
               "DBClusterMembers[DBClusterMember]{DBInstanceIdentifier IsClusterWriter:bool "
               "DBClusterParameterGroupStatus PromotionTier:int} ReplicationSourceIdentifier "
               "VpcSecurityGroups[VpcSecurityGroupMembership]{VpcSecurityGroupId Status} "
               "PendingModifiedValues{EngineVersion BackupRetentionPeriod:int StorageType} GlobalClusterIdentifier "
               "TagList[Tag]&Tag"},
    NamedShape{"Parameter",
               "ParameterName ParameterValue Description Source ApplyType DataType AllowedValues IsModifiable:bool "
               "ApplyMethod"},
};

constexpr std::array rds_operations{
    Operation{.name = "CreateDBInstanceReadReplica",
              .input = "DBInstanceIdentifier! SourceDBInstanceIdentifier DBInstanceClass AvailabilityZone Port:int "
                       "MultiAZ:bool AutoMinorVersionUpgrade:bool DBParameterGroupName PubliclyAccessible:bool "
                       "Tags[Tag]&Tag DBSubnetGroupName VpcSecurityGroupIds[VpcSecurityGroupId] StorageType "
                       "CopyTagsToSnapshot:bool KmsKeyId PreSignedUrl DeletionProtection:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "DeleteDBInstance",
              .input = "DBInstanceIdentifier! SkipFinalSnapshot:bool FinalDBSnapshotIdentifier "
                       "DeleteAutomatedBackups:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "DescribeDBClusterParameters",
              .input = "DBClusterParameterGroupName! Source Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker Parameters[Parameter]&Parameter",
              .pages = "Marker>Marker",
              .list = "Parameters",
              .is_repeatable = true},
    Operation{.name = "DescribeDBClusters",
              .input = "DBClusterIdentifier Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker DBClusters[DBCluster]&DBCluster",
              .pages = "Marker>Marker",
              .list = "DBClusters",
              .is_repeatable = true},
    Operation{.name = "DescribeDBInstances",
              .input = "DBInstanceIdentifier Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker DBInstances[DBInstance]&DBInstance",
              .pages = "Marker>Marker",
              .list = "DBInstances",
              .is_repeatable = true},
    Operation{.name = "DescribeDBParameters",
              .input = "DBParameterGroupName! Source Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker Parameters[Parameter]&Parameter",
              .pages = "Marker>Marker",
              .list = "Parameters",
              .is_repeatable = true},
    Operation{.name = "DescribeDBSnapshots",
              .input = "DBInstanceIdentifier DBSnapshotIdentifier SnapshotType Filters[Filter]&Filter MaxRecords:int "
                       "Marker",
              .output = "Marker DBSnapshots[DBSnapshot]{DBSnapshotIdentifier DBInstanceIdentifier "
                        "SnapshotCreateTime:time Engine EngineVersion AllocatedStorage:int Status Port:int "
                        "AvailabilityZone VpcId SnapshotType PercentProgress:int SourceRegion StorageType "
                        "Encrypted:bool KmsKeyId DBSnapshotArn TagList[Tag]&Tag}",
              .pages = "Marker>Marker",
              .list = "DBSnapshots",
              .is_repeatable = true},
    Operation{.name = "DescribeGlobalClusters",
              .input = "GlobalClusterIdentifier Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker GlobalClusters[GlobalClusterMember]{GlobalClusterIdentifier GlobalClusterArn Status "
                        "Engine EngineVersion DeletionProtection:bool FailoverState{Status FromDbClusterArn "
                        "ToDbClusterArn IsDataLossAllowed:bool} GlobalClusterMembers[GlobalClusterMember]{DBClusterArn "
                        "IsWriter:bool Readers[] SynchronizationStatus}}",
              .pages = "Marker>Marker",
              .list = "GlobalClusters",
              .is_repeatable = true},
    Operation{.name = "ModifyDBInstance",
              .input = "DBInstanceIdentifier! AllocatedStorage:int DBInstanceClass DBSubnetGroupName "
                       "VpcSecurityGroupIds[VpcSecurityGroupId] ApplyImmediately:bool MasterUserPassword "
                       "DBParameterGroupName BackupRetentionPeriod:int PreferredBackupWindow "
                       "PreferredMaintenanceWindow MultiAZ:bool EngineVersion AllowMajorVersionUpgrade:bool "
                       "AutoMinorVersionUpgrade:bool StorageType DeletionProtection:bool PubliclyAccessible:bool "
                       "CopyTagsToSnapshot:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "PromoteReadReplica",
              .input = "DBInstanceIdentifier! BackupRetentionPeriod:int PreferredBackupWindow",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "RebootDBInstance",
              .input = "DBInstanceIdentifier! ForceFailover:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "StartDBInstance", .input = "DBInstanceIdentifier!", .output = "DBInstance&DBInstance"},
    Operation{.name = "StopDBInstance",
              .input = "DBInstanceIdentifier! DBSnapshotIdentifier",
              .output = "DBInstance&DBInstance"},
};

}  // namespace

const Service& rds_service() {
  static constexpr Service service{.name = "rds",
                                   .variable = "RDS",
                                   .host = "rds",
                                   .signing_name = "rds",
                                   .protocol = Protocol::query,
                                   .version = "2014-10-31",
                                   .shapes = rds_shapes,
                                   .operations = rds_operations};
  return service;
}

}  // namespace lifeboat::aws
