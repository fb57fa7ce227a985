#include <fmt/format.h>

#include "providers/aws/test_aws_call.h"

// EC2 of the simulated AWS.

namespace lifeboat::aws_world::testing {

using aws::HttpAnswer;

namespace {

std::string ec2_answer(const std::string& operation, const std::string& content) {
  return fmt::format("<{0}Response>{1}</{0}Response>", operation, content);
}

std::string instance_item(const std::string& id, const std::string& state) {
  return fmt::format(
      "<item><instanceId>{}</instanceId><vpcId>vpc-1</vpcId><instanceState><name>{}</name></instanceState>"
      "<imageId>ami-1</imageId><groupSet><item><groupId>sg-web</groupId></item></groupSet></item>",
      id, state);
}

}  // namespace

HttpAnswer TestAws::instances(const Call& call) {
  auto& region = regions[call.region];
  if (call.operation == "DescribeInstances") {
    std::string items;
    for (auto& [id, state] : region.instances) {
      if (call.field("Filter.2.Value.1") != "running" || state == "running") items += instance_item(id, state);
      if (state == "stopping" && !region.never_stop.contains(id)) state = "stopped";
    }
    return ok(ec2_answer(call.operation,
                         "<reservationSet><item><instancesSet>" + items + "</instancesSet></item></reservationSet>"));
  }
  for (int index = 1; !call.field(fmt::format("InstanceId.{}", index)).empty(); ++index) {
    region.instances[call.field(fmt::format("InstanceId.{}", index))] =
        call.operation == "StopInstances" ? "stopping" : "running";
  }
  return ok(ec2_answer(call.operation, ""));
}

HttpAnswer TestAws::security_groups(const Call& call) {
  auto& region = regions[call.region];
  std::string rules;
  for (const auto& source : region.ingress) {
    rules += fmt::format(
        "<item><ipProtocol>tcp</ipProtocol><fromPort>5432</fromPort><toPort>5432</toPort><groups><item><groupId>{}"
        "</groupId></item></groups></item>",
        source);
  }
  if (call.operation == "DescribeSecurityGroups") {
    return ok(ec2_answer(call.operation, "<securityGroupInfo><item><groupId>sg-db</groupId><ipPermissions>" + rules +
                                             "</ipPermissions></item></securityGroupInfo>"));
  }
  if (call.operation == "AuthorizeSecurityGroupIngress") {
    region.ingress.push_back(call.field("IpPermissions.1.Groups.1.GroupId"));
  } else if (!region.keeps_a_rule) {
    region.ingress.clear();
  }
  return ok(ec2_answer(call.operation, "<return>true</return>"));
}

HttpAnswer TestAws::routes(const Call& call) {
  auto& region = regions[call.region];
  std::string items;
  for (const auto& table : region.routes) {
    items += fmt::format(
        "<item><routeTableId>{}</routeTableId><routeSet><item><destinationCidrBlock>{}</destinationCidrBlock>"
        "<vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId></item></routeSet></item>",
        table, call.region == "us-west-1" ? "10.10.0.0/16" : "10.20.0.0/16");
  }
  if (call.operation == "DescribeRouteTables") {
    return ok(ec2_answer(call.operation, "<routeTableSet>" + items + "</routeTableSet>"));
  }
  if (call.operation == "DeleteRoute") std::erase(region.routes, call.field("RouteTableId"));
  if (call.operation == "CreateRoute") region.routes.push_back(call.field("RouteTableId"));
  return ok(ec2_answer(call.operation, "<return>true</return>"));
}

HttpAnswer TestAws::ec2(const Call& call) {
  if (call.operation.ends_with("Instances")) return instances(call);
  if (call.operation.contains("SecurityGroup")) return security_groups(call);
  if (call.operation == "DescribeVpcPeeringConnections") {
    return ok(ec2_answer(call.operation, "<vpcPeeringConnectionSet/>"));
  }
  return routes(call);
}

}  // namespace lifeboat::aws_world::testing
