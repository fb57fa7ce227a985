#include <array>

#include "providers/aws/policy_tables.h"

namespace lifeboat::aws_world {
namespace {

/// From "handlers" of the types' own schemas (create, read, update, delete), as cfn-lint 1.58.0 has them, less what our
/// templates have no use for: tests/aws/policy_test.py compares, and says why each is left out.
constexpr std::array resource_type_table{
    ResourceTypeRow{"AWS::CloudWatch::Alarm", "database:rds database:aurora web",
                    "cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms cloudwatch:ListTagsForResource "
                    "cloudwatch:PutMetricAlarm cloudwatch:TagResource cloudwatch:UntagResource"},
    ResourceTypeRow{"AWS::EC2::EIP", "network",
                    "ec2:AllocateAddress ec2:CreateTags ec2:DeleteTags ec2:DescribeAddresses "
                    "ec2:DisassociateAddress ec2:ReleaseAddress"},
    ResourceTypeRow{"AWS::EC2::Instance", "web",
                    "ec2:CreateTags ec2:DeleteTags ec2:DescribeIamInstanceProfileAssociations "
                    "ec2:DescribeInstanceAttribute ec2:DescribeInstanceCreditSpecifications ec2:DescribeInstances "
                    "ec2:DescribeKeyPairs ec2:DescribeLaunchTemplateVersions ec2:DescribeLaunchTemplates "
                    "ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets "
                    "ec2:DescribeVolumes ec2:DescribeVpcs ec2:ModifyInstanceAttribute ec2:RunInstances "
                    "ec2:StartInstances ec2:StopInstances ec2:TerminateInstances iam:PassRole "
                    "ssm:DescribeAssociation ssm:ListAssociations"},
    ResourceTypeRow{"AWS::EC2::InternetGateway", "network",
                    "ec2:CreateInternetGateway ec2:CreateTags ec2:DeleteInternetGateway ec2:DeleteTags "
                    "ec2:DescribeInternetGateways"},
    ResourceTypeRow{"AWS::EC2::LaunchTemplate", "web monitoring",
                    "ec2:CreateLaunchTemplate ec2:CreateLaunchTemplateVersion ec2:CreateTags "
                    "ec2:DeleteLaunchTemplate ec2:DeleteTags ec2:DescribeLaunchTemplates"},
    ResourceTypeRow{"AWS::EC2::NatGateway", "network",
                    "ec2:CreateNatGateway ec2:CreateTags ec2:DeleteNatGateway ec2:DeleteTags "
                    "ec2:DescribeNatGateways"},
    ResourceTypeRow{"AWS::EC2::Route", "network peering peer-route",
                    "ec2:CreateRoute ec2:DeleteRoute ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables "
                    "ec2:ReplaceRoute"},
    ResourceTypeRow{"AWS::EC2::RouteTable", "network",
                    "ec2:CreateRouteTable ec2:CreateTags ec2:DeleteRouteTable ec2:DeleteTags "
                    "ec2:DescribeRouteTables"},
    ResourceTypeRow{"AWS::EC2::SecurityGroup", "network",
                    "ec2:AuthorizeSecurityGroupEgress ec2:AuthorizeSecurityGroupIngress ec2:CreateSecurityGroup "
                    "ec2:CreateTags ec2:DeleteSecurityGroup ec2:DeleteTags ec2:DescribeInstances "
                    "ec2:DescribeSecurityGroups ec2:RevokeSecurityGroupEgress ec2:RevokeSecurityGroupIngress "
                    "ec2:UpdateSecurityGroupRuleDescriptionsEgress ec2:UpdateSecurityGroupRuleDescriptionsIngress"},
    ResourceTypeRow{"AWS::EC2::SecurityGroupIngress", "network",
                    "ec2:AuthorizeSecurityGroupIngress ec2:DescribeSecurityGroupRules ec2:DescribeSecurityGroups "
                    "ec2:RevokeSecurityGroupIngress ec2:UpdateSecurityGroupRuleDescriptionsIngress"},
    ResourceTypeRow{"AWS::EC2::Subnet", "network",
                    "ec2:CreateSubnet ec2:CreateTags ec2:DeleteSubnet ec2:DeleteTags ec2:DescribeNetworkAcls "
                    "ec2:DescribeSubnets ec2:ModifySubnetAttribute"},
    ResourceTypeRow{"AWS::EC2::SubnetRouteTableAssociation", "network",
                    "ec2:AssociateRouteTable ec2:DescribeRouteTables ec2:DescribeSubnets ec2:DisassociateRouteTable "
                    "ec2:ReplaceRouteTableAssociation"},
    ResourceTypeRow{"AWS::EC2::VPC", "network",
                    "ec2:CreateTags ec2:CreateVpc ec2:DeleteTags ec2:DeleteVpc ec2:DescribeNetworkAcls "
                    "ec2:DescribeSecurityGroups ec2:DescribeVpcAttribute ec2:DescribeVpcEncryptionControls "
                    "ec2:DescribeVpcs ec2:ModifyVpcAttribute"},
    ResourceTypeRow{"AWS::EC2::VPCGatewayAttachment", "network",
                    "ec2:AttachInternetGateway ec2:DescribeInternetGateways ec2:DescribeVpnGateways "
                    "ec2:DetachInternetGateway"},
    ResourceTypeRow{"AWS::EC2::VPCPeeringConnection", "peering",
                    "ec2:AcceptVpcPeeringConnection ec2:CreateTags ec2:CreateVpcPeeringConnection ec2:DeleteTags "
                    "ec2:DeleteVpcPeeringConnection ec2:DescribeVpcPeeringConnections"},
    ResourceTypeRow{"AWS::EKS::Addon", "monitoring",
                    "eks:CreateAddon eks:DeleteAddon eks:DescribeAddon eks:DescribeUpdate eks:TagResource "
                    "eks:UntagResource eks:UpdateAddon"},
    ResourceTypeRow{"AWS::EKS::Cluster", "monitoring",
                    "ec2:DescribeSubnets ec2:DescribeVpcs eks:CreateAccessEntry eks:CreateCluster eks:DeleteCluster "
                    "eks:DescribeCluster eks:DescribeUpdate eks:TagResource eks:UntagResource "
                    "eks:UpdateClusterConfig eks:UpdateClusterVersion iam:CreateServiceLinkedRole iam:GetRole "
                    "iam:ListAttachedRolePolicies iam:PassRole"},
    ResourceTypeRow{"AWS::EKS::Nodegroup", "monitoring",
                    "ec2:CreateTags ec2:DeleteTags ec2:DescribeKeyPairs ec2:DescribeLaunchTemplateVersions "
                    "ec2:DescribeLaunchTemplates ec2:DescribeRouteTables ec2:DescribeSecurityGroups "
                    "ec2:DescribeSubnets ec2:DescribeVpcs ec2:RunInstances eks:CreateNodegroup eks:DeleteNodegroup "
                    "eks:DescribeNodegroup eks:DescribeUpdate eks:ListUpdates eks:TagResource eks:UntagResource "
                    "eks:UpdateNodegroupConfig eks:UpdateNodegroupVersion iam:CreateServiceLinkedRole iam:GetRole "
                    "iam:ListAttachedRolePolicies iam:PassRole"},
    ResourceTypeRow{"AWS::ElasticLoadBalancingV2::Listener", "web",
                    "elasticloadbalancing:AddTags elasticloadbalancing:CreateListener "
                    "elasticloadbalancing:DeleteListener elasticloadbalancing:DescribeListenerAttributes "
                    "elasticloadbalancing:DescribeListeners elasticloadbalancing:DescribeTags "
                    "elasticloadbalancing:ModifyListener elasticloadbalancing:ModifyListenerAttributes "
                    "elasticloadbalancing:RemoveTags"},
    ResourceTypeRow{"AWS::ElasticLoadBalancingV2::ListenerRule", "web",
                    "elasticloadbalancing:AddTags elasticloadbalancing:CreateRule elasticloadbalancing:DeleteRule "
                    "elasticloadbalancing:DescribeRules elasticloadbalancing:DescribeTags "
                    "elasticloadbalancing:ModifyRule elasticloadbalancing:RemoveTags "
                    "elasticloadbalancing:SetRulePriorities"},
    ResourceTypeRow{"AWS::ElasticLoadBalancingV2::LoadBalancer", "web",
                    "elasticloadbalancing:AddTags elasticloadbalancing:CreateLoadBalancer "
                    "elasticloadbalancing:DeleteLoadBalancer elasticloadbalancing:DescribeCapacityReservation "
                    "elasticloadbalancing:DescribeLoadBalancerAttributes elasticloadbalancing:DescribeLoadBalancers "
                    "elasticloadbalancing:DescribeTags elasticloadbalancing:ModifyLoadBalancerAttributes "
                    "elasticloadbalancing:RemoveTags elasticloadbalancing:SetSecurityGroups "
                    "elasticloadbalancing:SetSubnets"},
    ResourceTypeRow{"AWS::ElasticLoadBalancingV2::TargetGroup", "web",
                    "ec2:DescribeVpcs elasticloadbalancing:AddTags elasticloadbalancing:CreateTargetGroup "
                    "elasticloadbalancing:DeleteTargetGroup elasticloadbalancing:DeregisterTargets "
                    "elasticloadbalancing:DescribeTags elasticloadbalancing:DescribeTargetGroupAttributes "
                    "elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth "
                    "elasticloadbalancing:ModifyTargetGroup elasticloadbalancing:ModifyTargetGroupAttributes "
                    "elasticloadbalancing:RegisterTargets elasticloadbalancing:RemoveTags"},
    ResourceTypeRow{"AWS::IAM::InstanceProfile", "network",
                    "iam:AddRoleToInstanceProfile iam:CreateInstanceProfile iam:DeleteInstanceProfile "
                    "iam:GetInstanceProfile iam:PassRole iam:RemoveRoleFromInstanceProfile"},
    ResourceTypeRow{"AWS::IAM::Role", "network monitoring",
                    "iam:AttachRolePolicy iam:CreateRole iam:DeleteRole iam:DeleteRolePolicy iam:DetachRolePolicy "
                    "iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies "
                    "iam:PutRolePolicy iam:TagRole iam:UntagRole iam:UpdateAssumeRolePolicy iam:UpdateRole "
                    "iam:UpdateRoleDescription"},
    ResourceTypeRow{"AWS::KMS::Key", "network",
                    "kms:CreateKey kms:DescribeKey kms:EnableKeyRotation kms:GetKeyPolicy kms:GetKeyRotationStatus "
                    "kms:ListResourceTags kms:PutKeyPolicy kms:TagResource kms:UntagResource "
                    "kms:UpdateKeyDescription"},
    ResourceTypeRow{"AWS::RDS::DBCluster", "database:aurora",
                    "ec2:DescribeSecurityGroups iam:CreateServiceLinkedRole rds:AddTagsToResource "
                    "rds:CreateDBCluster rds:CreateDBClusterSnapshot rds:CreateDBInstance rds:DeleteDBCluster "
                    "rds:DeleteDBInstance rds:DescribeDBClusterAutomatedBackups rds:DescribeDBClusterSnapshots "
                    "rds:DescribeDBClusters rds:DescribeDBSnapshots rds:DescribeDBSubnetGroups rds:DescribeEvents "
                    "rds:DescribeGlobalClusters rds:ModifyDBCluster rds:ModifyDBInstance "
                    "rds:RemoveFromGlobalCluster rds:RemoveTagsFromResource"},
    ResourceTypeRow{"AWS::RDS::DBClusterParameterGroup", "database:aurora",
                    "iam:CreateServiceLinkedRole rds:AddTagsToResource rds:CreateDBClusterParameterGroup "
                    "rds:DeleteDBClusterParameterGroup rds:DescribeDBClusterParameterGroups "
                    "rds:DescribeDBClusterParameters rds:DescribeDBClusters "
                    "rds:DescribeEngineDefaultClusterParameters rds:ListTagsForResource "
                    "rds:ModifyDBClusterParameterGroup rds:RemoveTagsFromResource rds:ResetDBClusterParameterGroup"},
    ResourceTypeRow{"AWS::RDS::DBInstance", "database:rds database:aurora",
                    "ec2:DescribeAccountAttributes ec2:DescribeAvailabilityZones ec2:DescribeInternetGateways "
                    "ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcAttribute ec2:DescribeVpcs "
                    "iam:CreateServiceLinkedRole kms:CreateGrant kms:DescribeKey rds:AddTagsToResource "
                    "rds:CreateDBInstance rds:CreateDBInstanceReadReplica rds:CreateDBSnapshot rds:DeleteDBInstance "
                    "rds:DescribeDBClusterSnapshots rds:DescribeDBClusters rds:DescribeDBEngineVersions "
                    "rds:DescribeDBInstanceAutomatedBackups rds:DescribeDBInstances rds:DescribeDBParameterGroups "
                    "rds:DescribeDBSnapshots rds:DescribeEvents rds:ModifyDBInstance rds:PromoteReadReplica "
                    "rds:RebootDBInstance rds:RemoveTagsFromResource"},
    ResourceTypeRow{"AWS::RDS::DBParameterGroup", "database:rds",
                    "iam:CreateServiceLinkedRole rds:AddTagsToResource rds:CreateDBParameterGroup "
                    "rds:DeleteDBParameterGroup rds:DescribeDBParameterGroups rds:DescribeDBParameters "
                    "rds:DescribeEngineDefaultParameters rds:ListTagsForResource rds:ModifyDBParameterGroup "
                    "rds:RemoveTagsFromResource rds:ResetDBParameterGroup"},
    ResourceTypeRow{"AWS::RDS::DBSubnetGroup", "network",
                    "iam:CreateServiceLinkedRole rds:AddTagsToResource rds:CreateDBSubnetGroup "
                    "rds:DeleteDBSubnetGroup rds:DescribeDBSubnetGroups rds:ListTagsForResource "
                    "rds:ModifyDBSubnetGroup rds:RemoveTagsFromResource"},
    ResourceTypeRow{"AWS::RDS::GlobalCluster", "database:aurora",
                    "rds:AddTagsToResource rds:CreateGlobalCluster rds:DeleteGlobalCluster rds:DescribeDBClusters "
                    "rds:DescribeGlobalClusters rds:ListTagsForResource rds:ModifyGlobalCluster "
                    "rds:RemoveFromGlobalCluster rds:RemoveTagsFromResource"},
    ResourceTypeRow{"AWS::Route53::HostedZone", "dns",
                    "ec2:DescribeVpcs route53:ChangeTagsForResource route53:CreateHostedZone "
                    "route53:DeleteHostedZone route53:GetChange route53:GetHostedZone "
                    "route53:ListQueryLoggingConfigs route53:ListTagsForResource route53:UpdateHostedZoneComment"},
    ResourceTypeRow{"AWS::S3::BucketPolicy", "network", "s3:DeleteBucketPolicy s3:GetBucketPolicy s3:PutBucketPolicy"},
    ResourceTypeRow{"AWS::SecretsManager::Secret", "network",
                    "secretsmanager:CreateSecret secretsmanager:DeleteSecret secretsmanager:DescribeSecret "
                    "secretsmanager:GetRandomPassword secretsmanager:GetSecretValue "
                    "secretsmanager:RemoveRegionsFromReplication secretsmanager:ReplicateSecretToRegions "
                    "secretsmanager:TagResource secretsmanager:UntagResource secretsmanager:UpdateSecret"},
    // Not a type: a template names the password so, and CloudFormation puts it in.
    ResourceTypeRow{"resolve:secretsmanager", "database:rds database:aurora", "secretsmanager:GetSecretValue"},
};

}  // namespace

std::span<const ResourceTypeRow> resource_type_rows() {
  return resource_type_table;
}

}  // namespace lifeboat::aws_world
