#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array elbv2_operations{
    Operation{.name = "DescribeLoadBalancers",
              .input = "LoadBalancerArns[] Names[] PageSize:int Marker",
              .output = "NextMarker LoadBalancers[]{LoadBalancerArn DNSName CanonicalHostedZoneId CreatedTime:time "
                        "LoadBalancerName Scheme VpcId State{Code Reason} Type AvailabilityZones[]{ZoneName SubnetId} "
                        "SecurityGroups[] IpAddressType}",
              .pages = "NextMarker>Marker",
              .list = "LoadBalancers",
              .is_repeatable = true},
    Operation{.name = "DescribeTargetGroups",
              .input = "LoadBalancerArn TargetGroupArns[] Names[] PageSize:int Marker",
              .output = "NextMarker TargetGroups[]{TargetGroupArn TargetGroupName Protocol Port:int VpcId "
                        "HealthCheckProtocol HealthCheckPort HealthCheckEnabled:bool HealthCheckIntervalSeconds:int "
                        "HealthCheckTimeoutSeconds:int HealthyThresholdCount:int UnhealthyThresholdCount:int "
                        "HealthCheckPath Matcher{HttpCode} LoadBalancerArns[] TargetType}",
              .pages = "NextMarker>Marker",
              .list = "TargetGroups",
              .is_repeatable = true},
    Operation{.name = "DescribeTargetHealth",
              .input = "TargetGroupArn! Targets[]{Id! Port:int AvailabilityZone}",
              .output = "TargetHealthDescriptions[]{Target{Id Port:int AvailabilityZone} HealthCheckPort "
                        "TargetHealth{State Reason Description}}",
              .is_repeatable = true},
};

}  // namespace

const Service& elbv2_service() {
  static constexpr Service service{.name = "elbv2",
                                   .variable = "ELASTIC_LOAD_BALANCING_V2",
                                   .host = "elasticloadbalancing",
                                   .signing_name = "elasticloadbalancing",
                                   .protocol = Protocol::query,
                                   .version = "2015-12-01",
                                   .operations = elbv2_operations};
  return service;
}

}  // namespace lifeboat::aws
