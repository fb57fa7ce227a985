#include <array>

#include "providers/aws/policy_tables.h"

namespace lifeboat::aws_world {
namespace {

using enum PolicyRole;

// s3:ListBucket beside s3:GetObject, because without it S3 says 403 instead of 404 of an object that does not exist.
// CloudFormation: a reprotect looks whether every stack of the region stands as described, and makes the database anew;
// what else is gone is the provisioner's to make.
// sts: AWS permits GetCallerIdentity to everybody; which roles may be assumed is said where those roles are made.
constexpr std::array operation_table{
    OperationRow{"cloudformation", "CreateChangeSet", mover,
                 "cloudformation:CreateChangeSet@stacks cloudformation:TagResource@stacks"},
    OperationRow{"cloudformation", "DeleteChangeSet", mover, "cloudformation:DeleteChangeSet@stacks"},
    OperationRow{"cloudformation", "DeleteStack", mover, "cloudformation:DeleteStack@database-stack"},
    OperationRow{"cloudformation", "DeleteStack", provisioner, "cloudformation:DeleteStack@stacks"},
    OperationRow{"cloudformation", "DescribeChangeSet", mover, "cloudformation:DescribeChangeSet@stacks"},
    OperationRow{"cloudformation", "DescribeStackEvents", mover, "cloudformation:DescribeStackEvents@stacks"},
    OperationRow{"cloudformation", "DescribeStacks", mover, "cloudformation:DescribeStacks@stacks"},
    OperationRow{"cloudformation", "ExecuteChangeSet", mover, "cloudformation:ExecuteChangeSet@database-stack"},
    OperationRow{"cloudformation", "ExecuteChangeSet", provisioner, "cloudformation:ExecuteChangeSet@stacks"},
    OperationRow{"cloudformation", "ListStackResources", mover, "cloudformation:ListStackResources@stacks"},
    OperationRow{"cloudwatch", "GetMetricData", observer, "cloudwatch:GetMetricData@any"},
    OperationRow{"ec2", "AuthorizeSecurityGroupIngress", mover,
                 "ec2:AuthorizeSecurityGroupIngress@database-security-group+adopted-security-groups"},
    OperationRow{"ec2", "CreateRoute", mover, "ec2:CreateRoute@route-tables+adopted-route-tables"},
    OperationRow{"ec2", "DeleteRoute", mover, "ec2:DeleteRoute@route-tables+adopted-route-tables"},
    OperationRow{"ec2", "DescribeImages", observer, "ec2:DescribeImages@any"},
    OperationRow{"ec2", "DescribeInstances", observer, "ec2:DescribeInstances@any"},
    OperationRow{"ec2", "DescribeRouteTables", observer, "ec2:DescribeRouteTables@any"},
    OperationRow{"ec2", "DescribeSecurityGroups", observer, "ec2:DescribeSecurityGroups@any"},
    OperationRow{"ec2", "DescribeSubnets", observer, "ec2:DescribeSubnets@any"},
    OperationRow{"ec2", "DescribeVpcPeeringConnections", observer, "ec2:DescribeVpcPeeringConnections@any"},
    OperationRow{"ec2", "DescribeVpcs", observer, "ec2:DescribeVpcs@any"},
    OperationRow{"ec2", "RevokeSecurityGroupIngress", mover,
                 "ec2:RevokeSecurityGroupIngress@database-security-group+adopted-security-groups"},
    OperationRow{"ec2", "StartInstances", mover, "ec2:StartInstances@instances"},
    OperationRow{"ec2", "StopInstances", mover, "ec2:StopInstances@instances"},
    OperationRow{"eks", "DescribeCluster", observer, "eks:DescribeCluster@kubernetes"},
    OperationRow{"eks", "DescribeNodegroup", observer, "eks:DescribeNodegroup@node-group"},
    OperationRow{"eks", "ListNodegroups", observer, "eks:ListNodegroups@kubernetes"},
    OperationRow{"elbv2", "DescribeListeners", observer, "elasticloadbalancing:DescribeListeners@any"},
    OperationRow{"elbv2", "DescribeLoadBalancerAttributes", observer,
                 "elasticloadbalancing:DescribeLoadBalancerAttributes@any"},
    OperationRow{"elbv2", "DescribeLoadBalancers", observer, "elasticloadbalancing:DescribeLoadBalancers@any"},
    OperationRow{"elbv2", "DescribeRules", observer, "elasticloadbalancing:DescribeRules@any"},
    OperationRow{"elbv2", "DescribeTargetGroupAttributes", observer,
                 "elasticloadbalancing:DescribeTargetGroupAttributes@any"},
    OperationRow{"elbv2", "DescribeTargetGroups", observer, "elasticloadbalancing:DescribeTargetGroups@any"},
    OperationRow{"elbv2", "DescribeTargetHealth", observer, "elasticloadbalancing:DescribeTargetHealth@any"},
    OperationRow{"elbv2", "ModifyListener", mover, "elasticloadbalancing:ModifyListener@listener"},
    OperationRow{
        "rds", "CreateDBInstance", mover,
        "rds:AddTagsToResource@drill-member rds:CreateDBInstance@drill-cluster+drill-member+drill-member-groups"},
    OperationRow{"rds", "CreateDBInstanceReadReplica", mover,
                 "rds:CreateDBInstanceReadReplica@adopted-database+adopted-option-groups+adopted-parameter-groups+"
                 "adopted-subnet-groups kms:CreateGrant@adopted-granted-keys kms:DescribeKey@adopted-keys"},
    OperationRow{"rds", "CreateDBSnapshot", mover,
                 "rds:AddTagsToResource@drill-snapshot rds:CreateDBSnapshot@drill-snapshot+drilled-database"},
    OperationRow{"rds", "DeleteDBCluster", mover, "rds:DeleteDBCluster@drill-cluster"},
    OperationRow{"rds", "DeleteDBInstance", mover,
                 "rds:DeleteDBInstance@drill-database+drill-member+own-database "
                 "rds:CreateDBSnapshot@own-database+snapshots"},
    OperationRow{"rds", "DeleteDBSnapshot", mover, "rds:DeleteDBSnapshot@drill-snapshot"},
    OperationRow{"rds", "DescribeDBClusterParameters", observer,
                 "rds:DescribeDBClusterParameters@adopted-cluster-parameter-groups+cluster-parameter-groups"},
    OperationRow{"rds", "DescribeDBClusters", observer, "rds:DescribeDBClusters@cluster"},
    OperationRow{"rds", "DescribeDBClusters", mover, "rds:DescribeDBClusters@drill-cluster"},
    OperationRow{"rds", "DescribeDBInstances", observer, "rds:DescribeDBInstances@database+adopted-database"},
    OperationRow{"rds", "DescribeDBInstances", mover, "rds:DescribeDBInstances@drill-database"},
    OperationRow{"rds", "DescribeDBParameters", observer,
                 "rds:DescribeDBParameters@adopted-parameter-groups+parameter-groups"},
    OperationRow{"rds", "DescribeDBSnapshots", mover, "rds:DescribeDBSnapshots@drill-snapshot"},
    OperationRow{"rds", "DescribeGlobalClusters", observer, "rds:DescribeGlobalClusters@global-cluster"},
    OperationRow{"rds", "FailoverGlobalCluster", mover, "rds:FailoverGlobalCluster@cluster+global-cluster"},
    OperationRow{"rds", "ModifyDBCluster", mover, "rds:ModifyDBCluster@cluster"},
    OperationRow{"rds", "ModifyDBInstance", mover, "rds:ModifyDBInstance@database+adopted-database"},
    OperationRow{"rds", "ModifyGlobalCluster", provisioner, "rds:ModifyGlobalCluster@global-cluster"},
    OperationRow{"rds", "PromoteReadReplica", mover, "rds:PromoteReadReplica@database"},
    OperationRow{"rds", "RemoveFromGlobalCluster", provisioner, "rds:RemoveFromGlobalCluster@cluster+global-cluster"},
    OperationRow{"rds", "RestoreDBClusterToPointInTime", mover,
                 "rds:AddTagsToResource@drill-cluster "
                 "rds:RestoreDBClusterToPointInTime@cluster+drill-adopted-cluster-groups+drill-cluster+"
                 "drill-cluster-groups kms:CreateGrant@adopted-granted-keys+granted-keys "
                 "kms:DescribeKey@adopted-keys+tagged-keys"},
    OperationRow{"rds", "RestoreDBInstanceFromDBSnapshot", mover,
                 "rds:AddTagsToResource@drill-database "
                 "rds:RestoreDBInstanceFromDBSnapshot@drill-adopted-groups+drill-database+drill-groups+drill-snapshot "
                 "kms:CreateGrant@adopted-granted-keys+granted-keys kms:DescribeKey@adopted-keys+tagged-keys"},
    OperationRow{"rds", "StopDBInstance", mover, "rds:StopDBInstance@adopted-database"},
    OperationRow{"rds", "SwitchoverGlobalCluster", mover, "rds:SwitchoverGlobalCluster@cluster+global-cluster"},
    OperationRow{"route53", "ChangeResourceRecordSets", mover, "route53:ChangeResourceRecordSets@drill-name"},
    OperationRow{"route53", "ChangeResourceRecordSets", provisioner, "route53:ChangeResourceRecordSets@front-door"},
    OperationRow{"route53", "CreateHealthCheck", provisioner, "route53:CreateHealthCheck@any"},
    OperationRow{"route53", "DeleteHealthCheck", provisioner, "route53:DeleteHealthCheck@health-check"},
    OperationRow{"route53", "GetChange", mover, "route53:GetChange@drill-record-change"},
    OperationRow{"route53", "GetChange", provisioner, "route53:GetChange@record-change"},
    OperationRow{"route53", "GetHealthCheck", observer, "route53:GetHealthCheck@health-check"},
    OperationRow{"route53", "GetHostedZone", observer, "route53:GetHostedZone@hosted-zone"},
    OperationRow{"route53", "ListHealthChecks", provisioner, "route53:ListHealthChecks@any"},
    OperationRow{"route53", "ListHostedZonesByName", observer, "route53:ListHostedZonesByName@any"},
    OperationRow{"route53", "ListResourceRecordSets", observer, "route53:ListResourceRecordSets@hosted-zone"},
    OperationRow{"route53", "UpdateHealthCheck", mover, "route53:UpdateHealthCheck@health-check"},
    OperationRow{"s3", "CreateBucket", mover, "s3:CreateBucket@bucket"},
    OperationRow{"s3", "DeleteBucket", provisioner, "s3:DeleteBucket@bucket"},
    OperationRow{"s3", "DeleteObjects", provisioner, "s3:DeleteObject@objects s3:DeleteObjectVersion@objects"},
    OperationRow{"s3", "GetObject", observer, "s3:GetObject@objects s3:ListBucket@bucket"},
    OperationRow{"s3", "ListObjectVersions", provisioner, "s3:ListBucketVersions@bucket"},
    OperationRow{"s3", "PutBucketEncryption", mover, "s3:PutEncryptionConfiguration@bucket"},
    OperationRow{"s3", "PutBucketLifecycleConfiguration", mover, "s3:PutLifecycleConfiguration@bucket"},
    OperationRow{"s3", "PutBucketVersioning", mover, "s3:PutBucketVersioning@bucket"},
    OperationRow{"s3", "PutObject", mover, "s3:PutObject@objects"},
    OperationRow{"s3", "PutPublicAccessBlock", mover, "s3:PutBucketPublicAccessBlock@bucket"},
    OperationRow{"service-quotas", "GetServiceQuota", observer, "servicequotas:GetServiceQuota@any"},
    OperationRow{"ssm", "GetCommandInvocation", mover, "ssm:GetCommandInvocation@any"},
    OperationRow{"ssm", "GetParameter", mover, "ssm:GetParameter@image-parameter"},
    OperationRow{"ssm", "SendCommand", mover, "ssm:SendCommand@shell-document+instances"},
    OperationRow{"sts", "AssumeRole", observer, ""},
    OperationRow{"sts", "AssumeRoleWithWebIdentity", observer, ""},
    OperationRow{"sts", "GetCallerIdentity", observer, ""},
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  return operation_table;
}

}  // namespace lifeboat::aws_world
