#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

Json attribute(std::string_view key, std::string_view value) {
  return {{"Key", key}, {"Value", value}};
}

void add_balancer(const Scene& scene, Json& document) {
  add(document, "LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer",
      {{"Name", scene.names.load_balancer(scene.region.name)},
       {"Type", "application"},
       {"Scheme", "internet-facing"},
       {"Subnets", made_list(scene, "PublicSubnetIds")},
       {"SecurityGroups", Json::array({made(scene, "LoadBalancerSecurityGroupId")})},
       {"LoadBalancerAttributes", Json::array({attribute("routing.http.drop_invalid_header_fields.enabled", "true")})},
       {"Tags", tags(scene, "lb")}});
}

void add_target_group(const Scene& scene, Json& document) {
  const auto& web = scene.stack.web;
  Json targets = Json::array();
  for (int i = 1; i <= web.count; ++i) targets.push_back({{"Id", ref_to(fmt::format("Web{}", i))}, {"Port", web.port}});
  add(document, "TargetGroup", "AWS::ElasticLoadBalancingV2::TargetGroup",
      {{"VpcId", made(scene, "VpcId")},
       {"Protocol", "HTTP"},
       {"Port", web.port},
       {"TargetType", "instance"},
       {"Targets", targets},
       {"HealthCheckProtocol", "HTTP"},
       {"HealthCheckPort", "traffic-port"},
       {"HealthCheckPath", web.health_path},
       {"HealthCheckIntervalSeconds", 10},
       {"HealthCheckTimeoutSeconds", 5},
       {"HealthyThresholdCount", 2},
       {"UnhealthyThresholdCount", 2},
       {"Matcher", {{"HttpCode", "200"}}},
       {"TargetGroupAttributes", Json::array({attribute("deregistration_delay.timeout_seconds", "30")})},
       {"Tags", tags(scene, "lb")}});
}

Json forward() {
  return Json::array({{{"Type", "forward"}, {"TargetGroupArn", ref_to("TargetGroup")}}});
}

/// At first the listener answers by itself; SetTraffic changes that through the API, and CloudFormation leaves it so,
/// because nothing of these lines ever changes.
Json closed() {
  const Json answer = {{"StatusCode", "503"}, {"ContentType", "text/plain"}, {"MessageBody", "not in service"}};
  return Json::array({{{"Type", "fixed-response"}, {"FixedResponseConfig", answer}}});
}

void add_listener(const Scene& scene, Json& document) {
  Json properties = {{"LoadBalancerArn", ref_to("LoadBalancer")},
                     {"Port", scene.stack.load_balancer.port},
                     {"Protocol", "HTTP"},
                     {"DefaultActions", closed()},
                     {"Tags", tags(scene, "lb")}};
  const auto certificate = scene.stack.aws.certificate.find(scene.region.name.value);
  if (certificate != scene.stack.aws.certificate.end()) {
    properties["Protocol"] = "HTTPS";
    properties["SslPolicy"] = "ELBSecurityPolicy-TLS13-1-2-2021-06";
    properties["Certificates"] = Json::array({{{"CertificateArn", certificate->second}}});
  }
  auto& listener = add(document, "Listener", "AWS::ElasticLoadBalancingV2::Listener", properties);
  // What the API has made it forward to, which this template does not say, can only be deleted after it.
  listener["DependsOn"] = Json::array({"TargetGroup"});
}

/// A target group that no rule forwards to is not in use, and nobody checks its targets: a closed region could not say
/// whether it would be able to serve. So one rule always forwards, from an address that no client has (RFC 5737).
void add_health_rule(const Scene& scene, Json& document) {
  const Json nobody = {{"Field", "source-ip"}, {"SourceIpConfig", {{"Values", Json::array({"192.0.2.1/32"})}}}};
  add(document, "HealthRule", "AWS::ElasticLoadBalancingV2::ListenerRule",
      {{"ListenerArn", ref_to("Listener")},
       {"Priority", 50'000},
       {"Conditions", Json::array({nobody})},
       {"Actions", forward()},
       {"Tags", tags(scene, "lb")}});
}

void add_alarm(const Scene& scene, Json& document) {
  const Json dimensions = Json::array({dimension("LoadBalancer", get_att("LoadBalancer", "LoadBalancerFullName")),
                                       dimension("TargetGroup", get_att("TargetGroup", "TargetGroupFullName"))});
  const auto what =
      fmt::format("{} {}: web instances fail their health check", scene.stack.name, scene.region.name.value);
  add(document, "UnhealthyAlarm", "AWS::CloudWatch::Alarm",
      alarm(scene, {"lb", what, "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", "GreaterThanThreshold", 0},
            dimensions));
}

}  // namespace

void add_load_balancer(const Scene& scene, Json& document) {
  add_balancer(scene, document);
  add_target_group(scene, document);
  add_listener(scene, document);
  add_health_rule(scene, document);
  add_alarm(scene, document);
  output(document, "LoadBalancerArn", ref_to("LoadBalancer"));
  output(document, "LoadBalancerDnsName", get_att("LoadBalancer", "DNSName"));
  output(document, "ListenerArn", ref_to("Listener"));
  output(document, "TargetGroupArn", ref_to("TargetGroup"));
}

}  // namespace lifeboat::aws_world
