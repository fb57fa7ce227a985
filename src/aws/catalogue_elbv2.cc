#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array elbv2_shapes{
    NamedShape{"Action",
               "Type Order:int TargetGroupArn FixedResponseConfig{StatusCode ContentType MessageBody} "
               "ForwardConfig&Forward RedirectConfig{Protocol Port Host Path Query StatusCode}"},
    NamedShape{"AskedAction",
               "Type! Order:int TargetGroupArn FixedResponseConfig{StatusCode! ContentType MessageBody} "
               "ForwardConfig&Forward"},
    NamedShape{"Certificate", "CertificateArn IsDefault:bool"},
    NamedShape{
        "Forward",
        "TargetGroups[]{TargetGroupArn Weight:int} TargetGroupStickinessConfig{Enabled:bool DurationSeconds:int}"},
    NamedShape{
        "Listener",
        "ListenerArn LoadBalancerArn Port:int Protocol SslPolicy Certificates[]&Certificate DefaultActions[]&Action"},
};

constexpr std::array elbv2_operations{
    Operation{.name = "DescribeListeners",
              .input = "LoadBalancerArn ListenerArns[] PageSize:int Marker",
              .output = "NextMarker Listeners[]&Listener",
              .pages = "NextMarker>Marker",
              .list = "Listeners",
              .is_repeatable = true},
    Operation{.name = "DescribeLoadBalancerAttributes",
              .input = "LoadBalancerArn!",
              .output = "Attributes[]{Key Value}",
              .is_repeatable = true},
    Operation{.name = "DescribeLoadBalancers",
              .input = "LoadBalancerArns[] Names[] PageSize:int Marker",
              .output = "NextMarker LoadBalancers[]{LoadBalancerArn DNSName CanonicalHostedZoneId CreatedTime:time "
                        "LoadBalancerName Scheme VpcId State{Code Reason} Type AvailabilityZones[]{ZoneName SubnetId} "
                        "SecurityGroups[] IpAddressType}",
              .pages = "NextMarker>Marker",
              .list = "LoadBalancers",
              .is_repeatable = true},
    Operation{.name = "DescribeRules",
              .input = "ListenerArn RuleArns[] PageSize:int Marker",
              .output = "NextMarker Rules[]{RuleArn Priority IsDefault:bool Conditions[]{Field Values[] "
                        "HttpHeaderConfig{HttpHeaderName Values[]}} Actions[]&Action}",
              .pages = "NextMarker>Marker",
              .list = "Rules",
              .is_repeatable = true},
    Operation{.name = "DescribeTags",
              .input = "ResourceArns![]",
              .output = "TagDescriptions[]{ResourceArn Tags[]{Key Value}}",
              .is_repeatable = true},
    Operation{.name = "DescribeTargetGroupAttributes",
              .input = "TargetGroupArn!",
              .output = "Attributes[]{Key Value}",
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
    Operation{
        .name = "ModifyListener",
        .input = "ListenerArn! Port:int Protocol SslPolicy Certificates[]&Certificate DefaultActions[]&AskedAction",
        .output = "Listeners[]&Listener",
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
                                   .shapes = elbv2_shapes,
                                   .operations = elbv2_operations};
  return service;
}

}  // namespace lifeboat::aws
