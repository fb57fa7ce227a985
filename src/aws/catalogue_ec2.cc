#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

// Requests and answers spell the same structures differently, so those that both need stand here twice.
constexpr std::array ec2_shapes{
    NamedShape{"Filter", "Name Values=Value[*]"},
    NamedShape{"Tag", "Key Value"},
    NamedShape{"AskedPermission",
               "IpProtocol FromPort:int ToPort:int UserIdGroupPairs=Groups[*]{GroupId UserId Description} "
               "IpRanges[*]{CidrIp Description} Ipv6Ranges[*]{CidrIpv6 Description} PrefixListIds[*]{PrefixListId "
               "Description}"},
    NamedShape{
        "Permission",
        "IpProtocol FromPort:int ToPort:int UserIdGroupPairs=groups[]{GroupId UserId Description} "
        "IpRanges[]{CidrIp Description} Ipv6Ranges[]{CidrIpv6 Description} PrefixListIds[]{PrefixListId Description}"},
    NamedShape{"PeerNetwork", "VpcId OwnerId Region CidrBlock"},
    NamedShape{"State", "Code:int Name"},
    NamedShape{"Rule",
               "SecurityGroupRuleId GroupId IsEgress:bool IpProtocol FromPort:int ToPort:int CidrIpv4 CidrIpv6 "
               "PrefixListId Description"},
    // A look reads thousands of them, so the row has what Lifeboat uses and no more.
    NamedShape{"Instance",
               "InstanceId ImageId State=instanceState&State InstanceType Placement{AvailabilityZone} SubnetId VpcId "
               "PrivateIpAddress PublicIpAddress=ipAddress SecurityGroups=groupSet[]{GroupId} Tags=tagSet[]&Tag"},
};

constexpr std::array ec2_operations{
    Operation{.name = "AuthorizeSecurityGroupIngress",
              .input = "GroupId IpPermissions[*]&AskedPermission DryRun:bool",
              .output = "Return:bool SecurityGroupRules=securityGroupRuleSet[]&Rule",
              .is_repeatable = true},
    Operation{.name = "CreateRoute",
              .input = "RouteTableId! DestinationCidrBlock GatewayId NatGatewayId VpcPeeringConnectionId DryRun:bool",
              .output = "Return:bool",
              .is_repeatable = true},
    Operation{.name = "DeleteRoute", .input = "RouteTableId! DestinationCidrBlock DryRun:bool", .is_repeatable = true},
    Operation{.name = "DescribeAvailabilityZones",
              .input = "ZoneNames=ZoneName[*] ZoneIds=ZoneId[*] AllAvailabilityZones:bool Filters=Filter[*]&Filter",
              .output = "AvailabilityZones=availabilityZoneInfo[]{ZoneName ZoneId RegionName State=zoneState ZoneType "
                        "OptInStatus GroupName NetworkBorderGroup Messages=messageSet[]{Message}}",
              .is_repeatable = true},
    Operation{.name = "DescribeImages",
              .input = "ImageIds=ImageId[*] Owners=Owner[*] Filters=Filter[*]&Filter IncludeDeprecated:bool "
                       "MaxResults:int NextToken",
              .output = "NextToken Images=imagesSet[]{ImageId ImageLocation State=imageState OwnerId=imageOwnerId "
                        "CreationDate Public=isPublic:bool Architecture Name Description RootDeviceName RootDeviceType "
                        "VirtualizationType DeprecationTime Tags=tagSet[]&Tag}",
              .pages = "NextToken>NextToken",
              .list = "Images",
              .is_repeatable = true},
    Operation{.name = "DescribeInstances",
              .input = "InstanceIds=InstanceId[*] Filters=Filter[*]&Filter MaxResults:int NextToken",
              .output = "NextToken Reservations=reservationSet[]{Instances=instancesSet[]&Instance}",
              .pages = "NextToken>NextToken",
              .list = "Reservations",
              .is_repeatable = true},
    Operation{.name = "DescribeNatGateways",
              .input = "NatGatewayIds=NatGatewayId[*] Filter[*]&Filter MaxResults:int NextToken",
              .output =
                  "NextToken NatGateways=natGatewaySet[]{NatGatewayId State SubnetId VpcId ConnectivityType "
                  "CreateTime:time FailureCode FailureMessage NatGatewayAddresses=natGatewayAddressSet[]{AllocationId "
                  "PublicIp PrivateIp NetworkInterfaceId} Tags=tagSet[]&Tag}",
              .pages = "NextToken>NextToken",
              .list = "NatGateways",
              .is_repeatable = true},
    Operation{.name = "DescribeRouteTables",
              .input = "RouteTableIds=RouteTableId[*] Filters=Filter[*]&Filter MaxResults:int NextToken",
              .output = "NextToken RouteTables=routeTableSet[]{RouteTableId VpcId OwnerId "
                        "Associations=associationSet[]{Main:bool RouteTableAssociationId RouteTableId SubnetId "
                        "GatewayId AssociationState{State StatusMessage}} Routes=routeSet[]{DestinationCidrBlock "
                        "DestinationIpv6CidrBlock DestinationPrefixListId GatewayId InstanceId NatGatewayId "
                        "NetworkInterfaceId TransitGatewayId VpcPeeringConnectionId Origin State} Tags=tagSet[]&Tag}",
              .pages = "NextToken>NextToken",
              .list = "RouteTables",
              .is_repeatable = true},
    Operation{.name = "DescribeSecurityGroupRules",
              .input = "SecurityGroupRuleIds=SecurityGroupRuleId[*] Filters=Filter[*]&Filter MaxResults:int NextToken",
              .output = "NextToken SecurityGroupRules=securityGroupRuleSet[]{SecurityGroupRuleId GroupId GroupOwnerId "
                        "IsEgress:bool IpProtocol FromPort:int ToPort:int CidrIpv4 CidrIpv6 PrefixListId "
                        "ReferencedGroupInfo{GroupId UserId VpcId VpcPeeringConnectionId PeeringStatus} Description "
                        "Tags=tagSet[]&Tag}",
              .pages = "NextToken>NextToken",
              .list = "SecurityGroupRules",
              .is_repeatable = true},
    Operation{.name = "DescribeSecurityGroups",
              .input = "GroupIds=GroupId[*] GroupNames=GroupName[*] Filters=Filter[*]&Filter MaxResults:int NextToken",
              .output =
                  "NextToken SecurityGroups=securityGroupInfo[]{GroupId GroupName Description=groupDescription VpcId "
                  "OwnerId IpPermissions[]&Permission IpPermissionsEgress[]&Permission Tags=tagSet[]&Tag}",
              .pages = "NextToken>NextToken",
              .list = "SecurityGroups",
              .is_repeatable = true},
    Operation{.name = "DescribeSubnets",
              .input = "SubnetIds=SubnetId[*] Filters=Filter[*]&Filter MaxResults:int NextToken",
              .output = "NextToken Subnets=subnetSet[]{SubnetId SubnetArn VpcId State CidrBlock AvailabilityZone "
                        "AvailabilityZoneId AvailableIpAddressCount:int MapPublicIpOnLaunch:bool DefaultForAz:bool "
                        "Tags=tagSet[]&Tag}",
              .pages = "NextToken>NextToken",
              .list = "Subnets",
              .is_repeatable = true},
    Operation{
        .name = "DescribeVpcPeeringConnections",
        .input = "VpcPeeringConnectionIds=VpcPeeringConnectionId[*] Filters=Filter[*]&Filter MaxResults:int NextToken",
        .output =
            "NextToken VpcPeeringConnections=vpcPeeringConnectionSet[]{VpcPeeringConnectionId Status{Code Message} "
            "ExpirationTime:time AccepterVpcInfo&PeerNetwork RequesterVpcInfo&PeerNetwork Tags=tagSet[]&Tag}",
        .pages = "NextToken>NextToken",
        .list = "VpcPeeringConnections",
        .is_repeatable = true},
    Operation{.name = "DescribeVpcs",
              .input = "VpcIds=VpcId[*] Filters=Filter[*]&Filter MaxResults:int NextToken",
              .output = "NextToken Vpcs=vpcSet[]{VpcId State CidrBlock IsDefault:bool OwnerId "
                        "CidrBlockAssociationSet[]{AssociationId CidrBlock CidrBlockState{State StatusMessage}} "
                        "Tags=tagSet[]&Tag}",
              .pages = "NextToken>NextToken",
              .list = "Vpcs",
              .is_repeatable = true},
    Operation{
        .name = "RevokeSecurityGroupIngress",
        .input = "GroupId IpPermissions[*]&AskedPermission SecurityGroupRuleIds=SecurityGroupRuleId[*] DryRun:bool",
        .output = "Return:bool UnknownIpPermissions=unknownIpPermissionSet[]&Permission "
                  "RevokedSecurityGroupRules=revokedSecurityGroupRuleSet[]&Rule",
        .is_repeatable = true},
    Operation{.name = "StartInstances",
              .input = "InstanceIds=InstanceId![*]",
              .output = "StartingInstances=instancesSet[]{InstanceId CurrentState&State PreviousState&State}",
              .is_repeatable = true},
    Operation{.name = "StopInstances",
              .input = "InstanceIds=InstanceId![*] Force:bool",
              .output = "StoppingInstances=instancesSet[]{InstanceId CurrentState&State PreviousState&State}",
              .is_repeatable = true},
};

}  // namespace

const Service& ec2_service() {
  static constexpr Service service{.name = "ec2",
                                   .variable = "EC2",
                                   .host = "ec2",
                                   .signing_name = "ec2",
                                   .protocol = Protocol::ec2,
                                   .version = "2016-11-15",
                                   .shapes = ec2_shapes,
                                   .operations = ec2_operations};
  return service;
}

}  // namespace lifeboat::aws
