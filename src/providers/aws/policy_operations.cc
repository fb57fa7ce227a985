#include <array>

#include "providers/aws/policy_tables.h"

namespace lifeboat::aws_world {
namespace {

using enum PolicyRole;

// s3:ListBucket beside s3:GetObject, because without it S3 says 403 instead of 404 of an object that does not exist.
// CloudFormation: whoever moves the writer also makes the lost region's database anew, and nothing else.
// sts: AWS permits GetCallerIdentity to everybody; which roles may be assumed is said where those roles are made.
constexpr std::array rows{
    OperationRow{"cloudwatch", "GetMetricData", observer, "cloudwatch:GetMetricData@any"},
    OperationRow{"ec2", "DescribeInstances", observer, "ec2:DescribeInstances@any"},
    OperationRow{"ec2", "DescribeSecurityGroups", observer, "ec2:DescribeSecurityGroups@any"},
    OperationRow{"ec2", "DescribeVpcs", observer, "ec2:DescribeVpcs@any"},
    OperationRow{"eks", "DescribeCluster", observer, "eks:DescribeCluster@kubernetes"},
    OperationRow{"eks", "DescribeNodegroup", observer, "eks:DescribeNodegroup@node-group"},
    OperationRow{"eks", "ListNodegroups", observer, "eks:ListNodegroups@kubernetes"},
    OperationRow{"elbv2", "DescribeListeners", observer, "elasticloadbalancing:DescribeListeners@any"},
    OperationRow{"elbv2", "DescribeLoadBalancers", observer, "elasticloadbalancing:DescribeLoadBalancers@any"},
    OperationRow{"elbv2", "DescribeTargetGroups", observer, "elasticloadbalancing:DescribeTargetGroups@any"},
    OperationRow{"elbv2", "DescribeTargetHealth", observer, "elasticloadbalancing:DescribeTargetHealth@any"},
    OperationRow{"rds", "DescribeDBClusters", observer, "rds:DescribeDBClusters@cluster"},
    OperationRow{"rds", "DescribeDBInstances", observer, "rds:DescribeDBInstances@database"},
    OperationRow{"rds", "DescribeGlobalClusters", observer, "rds:DescribeGlobalClusters@global-cluster"},
    OperationRow{"route53", "GetHealthCheck", observer, "route53:GetHealthCheck@health-check"},
    OperationRow{"route53", "GetHostedZone", observer, "route53:GetHostedZone@hosted-zone"},
    OperationRow{"route53", "ListHostedZonesByName", observer, "route53:ListHostedZonesByName@any"},
    OperationRow{"route53", "ListResourceRecordSets", observer, "route53:ListResourceRecordSets@hosted-zone"},
    OperationRow{"s3", "GetObject", observer, "s3:GetObject@objects s3:ListBucket@bucket"},
    OperationRow{"s3", "ListObjectsV2", observer, "s3:ListBucket@bucket"},
    OperationRow{"s3", "PutObject", mover, "s3:PutObject@objects"},
    OperationRow{"sts", "AssumeRole", observer, ""},
    OperationRow{"sts", "AssumeRoleWithWebIdentity", observer, ""},
};

}  // namespace

std::span<const OperationRow> operation_rows() {
  return rows;
}

}  // namespace lifeboat::aws_world
