#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array rds_shapes{
    NamedShape{"Filter", "Name! Values![Value]"},
    NamedShape{"Tag", "Key Value"},
    NamedShape{
        "DBCluster",
        "DBClusterIdentifier DBClusterArn DatabaseName Status Engine EngineVersion Endpoint ReaderEndpoint Port:int "
        "MultiAZ:bool MasterUsername AvailabilityZones[AvailabilityZone] BackupRetentionPeriod:int "
        "PreferredBackupWindow PreferredMaintenanceWindow DBClusterParameterGroup DBSubnetGroup "
        "VpcSecurityGroups[VpcSecurityGroupMembership]{VpcSecurityGroupId Status} "
        "DBClusterMembers[DBClusterMember]{DBInstanceIdentifier IsClusterWriter:bool DBClusterParameterGroupStatus "
        "PromotionTier:int} ReplicationSourceIdentifier ReadReplicaIdentifiers[ReadReplicaIdentifier] "
        "StatusInfos[DBClusterStatusInfo]{StatusType Normal:bool Status Message} StorageEncrypted:bool KmsKeyId "
        "DbClusterResourceId DeletionProtection:bool EngineMode StorageType GlobalClusterIdentifier "
        "ClusterCreateTime:time "
        "PendingModifiedValues{EngineVersion BackupRetentionPeriod:int} TagList[Tag]&Tag"},
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
    NamedShape{"DBSnapshot",
               "DBSnapshotIdentifier DBInstanceIdentifier SnapshotCreateTime:time Engine EngineVersion "
               "AllocatedStorage:int Status Port:int AvailabilityZone VpcId SnapshotType PercentProgress:int "
               "SourceRegion StorageType Encrypted:bool KmsKeyId DBSnapshotArn TagList[Tag]&Tag"},
    NamedShape{
        "GlobalCluster",
        "GlobalClusterIdentifier GlobalClusterResourceId GlobalClusterArn Status Engine EngineVersion DatabaseName "
        "StorageEncrypted:bool DeletionProtection:bool GlobalClusterMembers[GlobalClusterMember]{DBClusterArn "
        "Readers[] IsWriter:bool GlobalWriteForwardingStatus SynchronizationStatus} FailoverState{Status "
        "FromDbClusterArn ToDbClusterArn IsDataLossAllowed:bool} TagList[Tag]&Tag"},
    NamedShape{"Parameter",
               "ParameterName ParameterValue Description Source ApplyType DataType AllowedValues IsModifiable:bool "
               "ApplyMethod"},
};

constexpr std::array rds_operations{
    Operation{.name = "AddTagsToResource", .input = "ResourceName! Tags![Tag]&Tag", .is_repeatable = true},
    Operation{.name = "CreateDBInstance",
              .input = "DBInstanceIdentifier! DBInstanceClass! Engine! DBClusterIdentifier AvailabilityZone "
                       "PubliclyAccessible:bool Tags[Tag]&Tag",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "CreateDBInstanceReadReplica",
              .input = "DBInstanceIdentifier! SourceDBInstanceIdentifier DBInstanceClass AvailabilityZone Port:int "
                       "MultiAZ:bool AutoMinorVersionUpgrade:bool DBParameterGroupName PubliclyAccessible:bool "
                       "Tags[Tag]&Tag DBSubnetGroupName VpcSecurityGroupIds[VpcSecurityGroupId] StorageType "
                       "CopyTagsToSnapshot:bool KmsKeyId PreSignedUrl DeletionProtection:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "CreateDBSnapshot",
              .input = "DBSnapshotIdentifier! DBInstanceIdentifier! Tags[Tag]&Tag",
              .output = "DBSnapshot&DBSnapshot"},
    Operation{
        .name = "DeleteDBCluster",
        .input = "DBClusterIdentifier! SkipFinalSnapshot:bool FinalDBSnapshotIdentifier DeleteAutomatedBackups:bool",
        .output = "DBCluster&DBCluster"},
    Operation{.name = "DeleteDBInstance",
              .input = "DBInstanceIdentifier! SkipFinalSnapshot:bool FinalDBSnapshotIdentifier "
                       "DeleteAutomatedBackups:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "DeleteDBSnapshot", .input = "DBSnapshotIdentifier!", .output = "DBSnapshot&DBSnapshot"},
    Operation{.name = "DescribeDBClusterParameters",
              .input = "DBClusterParameterGroupName! Source Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker Parameters[Parameter]&Parameter",
              .pages = "Marker>Marker",
              .list = "Parameters",
              .is_repeatable = true},
    Operation{
        .name = "DescribeDBClusterSnapshots",
        .input =
            "DBClusterIdentifier DBClusterSnapshotIdentifier SnapshotType Filters[Filter]&Filter MaxRecords:int Marker",
        .output = "Marker DBClusterSnapshots[DBClusterSnapshot]{DBClusterSnapshotIdentifier DBClusterIdentifier "
                  "SnapshotCreateTime:time Engine EngineVersion Status PercentProgress:int SnapshotType "
                  "StorageEncrypted:bool KmsKeyId DBClusterSnapshotArn TagList[Tag]&Tag}",
        .pages = "Marker>Marker",
        .list = "DBClusterSnapshots",
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
    Operation{.name = "DescribeDBParameterGroups",
              .input = "DBParameterGroupName Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker DBParameterGroups[DBParameterGroup]{DBParameterGroupName DBParameterGroupFamily "
                        "Description DBParameterGroupArn}",
              .pages = "Marker>Marker",
              .list = "DBParameterGroups",
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
              .output = "Marker DBSnapshots[DBSnapshot]&DBSnapshot",
              .pages = "Marker>Marker",
              .list = "DBSnapshots",
              .is_repeatable = true},
    Operation{.name = "DescribeGlobalClusters",
              .input = "GlobalClusterIdentifier Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker GlobalClusters[GlobalClusterMember]&GlobalCluster",
              .pages = "Marker>Marker",
              .list = "GlobalClusters",
              .is_repeatable = true},
    Operation{
        .name = "DescribeOrderableDBInstanceOptions",
        .input =
            "Engine! EngineVersion DBInstanceClass LicenseModel Vpc:bool Filters[Filter]&Filter MaxRecords:int Marker",
        .output = "Marker OrderableDBInstanceOptions[OrderableDBInstanceOption]{Engine EngineVersion DBInstanceClass "
                  "LicenseModel AvailabilityZones[AvailabilityZone]{Name} MultiAZCapable:bool ReadReplicaCapable:bool "
                  "Vpc:bool SupportsStorageEncryption:bool StorageType MinStorageSize:int MaxStorageSize:int "
                  "SupportsGlobalDatabases:bool}",
        .pages = "Marker>Marker",
        .list = "OrderableDBInstanceOptions",
        .is_repeatable = true},
    Operation{.name = "DescribePendingMaintenanceActions",
              .input = "ResourceIdentifier Filters[Filter]&Filter MaxRecords:int Marker",
              .output = "Marker PendingMaintenanceActions[ResourcePendingMaintenanceActions]{ResourceIdentifier "
                        "PendingMaintenanceActionDetails[PendingMaintenanceAction]{Action AutoAppliedAfterDate:time "
                        "ForcedApplyDate:time OptInStatus CurrentApplyDate:time Description}}",
              .pages = "Marker>Marker",
              .list = "PendingMaintenanceActions",
              .is_repeatable = true},
    Operation{.name = "FailoverGlobalCluster",
              .input = "GlobalClusterIdentifier! TargetDbClusterIdentifier! AllowDataLoss:bool Switchover:bool",
              .output = "GlobalCluster&GlobalCluster"},
    Operation{.name = "ModifyDBCluster",
              .input =
                  "DBClusterIdentifier! ApplyImmediately:bool BackupRetentionPeriod:int DBClusterParameterGroupName "
                  "VpcSecurityGroupIds[VpcSecurityGroupId] PreferredBackupWindow PreferredMaintenanceWindow "
                  "EngineVersion AllowMajorVersionUpgrade:bool DeletionProtection:bool CopyTagsToSnapshot:bool",
              .output = "DBCluster&DBCluster"},
    Operation{.name = "ModifyDBInstance",
              .input = "DBInstanceIdentifier! NewDBInstanceIdentifier AllocatedStorage:int DBInstanceClass "
                       "DBSubnetGroupName "
                       "VpcSecurityGroupIds[VpcSecurityGroupId] ApplyImmediately:bool MasterUserPassword "
                       "DBParameterGroupName BackupRetentionPeriod:int PreferredBackupWindow "
                       "PreferredMaintenanceWindow MultiAZ:bool EngineVersion AllowMajorVersionUpgrade:bool "
                       "AutoMinorVersionUpgrade:bool StorageType DeletionProtection:bool PubliclyAccessible:bool "
                       "CopyTagsToSnapshot:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "ModifyGlobalCluster",
              .input = "GlobalClusterIdentifier! DeletionProtection:bool",
              .output = "GlobalCluster&GlobalCluster"},
    Operation{.name = "PromoteReadReplica",
              .input = "DBInstanceIdentifier! BackupRetentionPeriod:int PreferredBackupWindow",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "RebootDBInstance",
              .input = "DBInstanceIdentifier! ForceFailover:bool",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "RemoveFromGlobalCluster",
              .input = "GlobalClusterIdentifier! DbClusterIdentifier!",
              .output = "GlobalCluster&GlobalCluster"},
    Operation{.name = "RestoreDBClusterToPointInTime",
              .input = "DBClusterIdentifier! RestoreType SourceDBClusterIdentifier UseLatestRestorableTime:bool "
                       "Port:int DBSubnetGroupName DBClusterParameterGroupName "
                       "VpcSecurityGroupIds[VpcSecurityGroupId] DeletionProtection:bool Tags[Tag]&Tag",
              .output = "DBCluster&DBCluster"},
    Operation{.name = "RestoreDBInstanceFromDBSnapshot",
              .input = "DBInstanceIdentifier! DBSnapshotIdentifier DBInstanceClass Port:int MultiAZ:bool "
                       "PubliclyAccessible:bool AutoMinorVersionUpgrade:bool DBSubnetGroupName DBParameterGroupName "
                       "VpcSecurityGroupIds[VpcSecurityGroupId] StorageType CopyTagsToSnapshot:bool "
                       "DeletionProtection:bool Tags[Tag]&Tag",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "StartDBInstance", .input = "DBInstanceIdentifier!", .output = "DBInstance&DBInstance"},
    Operation{.name = "StopDBInstance",
              .input = "DBInstanceIdentifier! DBSnapshotIdentifier",
              .output = "DBInstance&DBInstance"},
    Operation{.name = "SwitchoverGlobalCluster",
              .input = "GlobalClusterIdentifier! TargetDbClusterIdentifier!",
              .output = "GlobalCluster&GlobalCluster"},
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
