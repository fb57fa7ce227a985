#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/aws/facts_parts.h"
#include "providers/aws/inventory_test_world.h"
#include "readiness/parity.h"

namespace lifeboat::aws_world {
namespace {

using namespace testing;
using aws::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Json permission(const std::string& ports, const std::string& list, const std::string& member,
                const std::string& source) {
  const auto port = std::stoi(ports);
  return {{"IpProtocol", "tcp"}, {"FromPort", port}, {"ToPort", port}, {list, {{{member, source}}}}};
}

Json from_group(const std::string& port, const std::string& group) {
  return permission(port, "UserIdGroupPairs", "GroupId", group);
}

Json from_block(const std::string& port, const std::string& block) {
  return permission(port, "IpRanges", "CidrIp", block);
}

/// What differs from region to region by nature.
struct Place {
  base::RegionName region;
  std::string zone;  ///< Without its letter.
  std::string mark;  ///< Of all ids.
  std::string block;
  std::string peer_block;

  std::string id(const std::string& kind) const { return kind + "-" + mark; }
};
const Place here{east, "us-east-2", "e", "10.10.0.0/16", "10.20.0.0/16"};
const Place there{west, "us-west-1", "w", "10.20.0.0/16", "10.10.0.0/16"};

void fill_instances(FakeServices& services, const Place& place) {
  auto first = instance(place.id("i-1"), "web-1", place.zone + "a");
  auto second = instance(place.id("i-2"), "web-2", place.zone + (place.mark == "e" ? "b" : "c"));
  for (auto* one : {&first, &second}) {
    (*one)["ImageId"] = place.id("ami");
    (*one)["VpcId"] = place.id("vpc");
    (*one)["SecurityGroups"] = {{{"GroupId", place.id("sg-web")}}};
  }
  services.set("ec2 DescribeInstances", {{"Reservations", {{{"Instances", {first, second}}}}}});
  services.set("ec2 DescribeImages", {{"Images", {{{"ImageId", place.id("ami")}, {"Name", "ubuntu/24.04"}}}}});
}

void fill_network(FakeServices& services, const Place& place) {
  const auto group = [&](const std::string& kind, const Json& permissions) {
    auto made = security_group(place.id(kind), permissions);
    made["VpcId"] = place.id("vpc");
    return made;
  };
  services.set("ec2 DescribeVpcs", {{"Vpcs", {{{"VpcId", place.id("vpc")}, {"CidrBlock", place.block}}}}});
  services.set("ec2 DescribeSubnets", {{"Subnets",
                                        {{{"SubnetId", place.id("s1")}, {"AvailabilityZone", place.zone + "a"}},
                                         {{"SubnetId", place.id("s2")}, {"AvailabilityZone", place.zone + "b"}}}}});
  services.set("ec2 DescribeRouteTables", {{"RouteTables",
                                            {{{"RouteTableId", place.id("rtb")},
                                              {"Routes",
                                               {{{"DestinationCidrBlock", place.peer_block},
                                                 {"VpcPeeringConnectionId", "pcx-1"},
                                                 {"State", "active"}}}}}}}});
  services.set("ec2 DescribeVpcPeeringConnections",
               {{"VpcPeeringConnections",
                 {{{"Status", {{"Code", "active"}}},
                   {"RequesterVpcInfo", {{"VpcId", "vpc-w"}, {"CidrBlock", "10.20.0.0/16"}}},
                   {"AccepterVpcInfo", {{"VpcId", "vpc-e"}, {"CidrBlock", "10.10.0.0/16"}}}}}}});
  services.set("ec2 DescribeSecurityGroups",
               {{"SecurityGroups",
                 {group("sg-db", {from_group("5432", place.id("sg-web")), from_block("5432", place.peer_block)}),
                  group("sg-web", {from_group("8000", place.id("sg-lb")), from_group("22", place.id("sg-bastion"))}),
                  group("sg-lb", {from_block("80", "0.0.0.0/0")}),
                  {{"GroupId", place.id("sg-bastion")},
                   {"GroupName", "generated-" + place.mark},
                   {"Tags", {{{"Key", "Name"}, {"Value", "bastion"}}}}}}}});
}

void fill_door(FakeServices& services, const Place& place) {
  const Json forward = {{{"Type", "forward"}, {"TargetGroupArn", place.id("arn:targets")}}};
  services.set("elbv2 DescribeLoadBalancers",
               {{"LoadBalancers",
                 {{{"LoadBalancerArn", place.id("arn:lb")},
                   {"VpcId", place.id("vpc")},
                   {"Scheme", "internet-facing"},
                   {"Type", "application"},
                   {"IpAddressType", "ipv4"},
                   {"SecurityGroups", {place.id("sg-lb")}},
                   {"AvailabilityZones", {{{"ZoneName", place.zone + "a"}}, {{"ZoneName", place.zone + "b"}}}}}}}});
  services.set("elbv2 DescribeLoadBalancerAttributes",
               {{"Attributes",
                 {{{"Key", "idle_timeout.timeout_seconds"}, {"Value", "60"}},
                  {{"Key", "access_logs.s3.bucket"}, {"Value", "logs-" + place.mark}}}}});
  services.set("elbv2 DescribeTargetGroups", {{"TargetGroups",
                                               {{{"TargetGroupArn", place.id("arn:targets")},
                                                 {"Protocol", "HTTP"},
                                                 {"Port", 8000},
                                                 {"TargetType", "instance"},
                                                 {"HealthCheckProtocol", "HTTP"},
                                                 {"HealthCheckPort", "traffic-port"},
                                                 {"HealthCheckPath", "/readyz"},
                                                 {"HealthCheckIntervalSeconds", 10},
                                                 {"HealthCheckTimeoutSeconds", 5},
                                                 {"HealthyThresholdCount", 3},
                                                 {"UnhealthyThresholdCount", 2},
                                                 {"Matcher", {{"HttpCode", "200"}}}}}}});
  services.set("elbv2 DescribeTargetGroupAttributes",
               {{"Attributes", {{{"Key", "deregistration_delay.timeout_seconds"}, {"Value", "30"}}}}});
  services.set("elbv2 DescribeListeners", {{"Listeners",
                                            {{{"ListenerArn", place.id("arn:listener")},
                                              {"Port", 80},
                                              {"Protocol", "HTTP"},
                                              {"DefaultActions", forward}}}}});
  services.set("elbv2 DescribeRules",
               {{"Rules",
                 {{{"Priority", "10"},
                   {"IsDefault", false},
                   {"Conditions", {{{"Field", "path-pattern"}, {"Values", {"/admin/*", "/debug"}}}}},
                   {"Actions", {{{"Type", "fixed-response"}, {"FixedResponseConfig", {{"StatusCode", "404"}}}}}}},
                  {{"Priority", "default"}, {"IsDefault", true}, {"Actions", forward}}}}});
}

Json database_of(const Place& place) {
  auto made = database();
  made["VpcSecurityGroups"] = {{{"VpcSecurityGroupId", place.id("sg-db")}}};
  made["DBSubnetGroup"] = {{"VpcId", place.id("vpc")}};
  return made;
}

void fill(FakeWorld& world, const Place& place) {
  auto& services = world.services;
  fill_instances(services, place);
  fill_network(services, place);
  fill_door(services, place);
  services.set("rds DescribeDBInstances", {{"DBInstances", {database_of(place)}}});
  services.set("rds DescribeDBParameters",
               {{"Parameters",
                 {{{"ParameterName", "rds.force_ssl"}, {"ParameterValue", "1"}, {"Source", "user"}},
                  {{"ParameterName", "work_mem"}, {"ParameterValue", "4096"}, {"Source", "engine-default"}}}}});
  services.set(
      "eks DescribeCluster",
      {{"cluster",
        {{"version", "1.31"},
         {"resourcesVpcConfig", {{"vpcId", place.id("vpc")}, {"clusterSecurityGroupId", place.id("sg-eks")}}}}}});
  services.set("eks ListNodegroups", {{"nodegroups", {"shop"}}});
  services.set("eks DescribeNodegroup", {{"nodegroup",
                                          {{"version", "1.31"},
                                           {"amiType", "AL2023_x86_64_STANDARD"},
                                           {"diskSize", 20},
                                           {"instanceTypes", {"t3.medium"}},
                                           {"scalingConfig", {{"minSize", 2}, {"maxSize", 3}, {"desiredSize", 2}}}}}});
  services.set("service-quotas GetServiceQuota", {{"Quota", {{"Value", place.mark == "e" ? 64.0 : 32.0}}}});
}

base::Result<model::RegionFacts> inspect(FakeWorld& world, const Place& place,
                                         const model::Stack& stack = small_stack()) {
  return look_at_facts(world.ports, stack, Names(stack, "123456789012"), place.region, base::Milliseconds{5000});
}

std::vector<std::string> differences_between(FakeWorld& left, FakeWorld& right) {
  const auto active = inspect(left, here);
  const auto standby = inspect(right, there);
  if (!active || !standby) return {active ? standby.error().text() : active.error().text()};
  std::vector<std::string> texts;
  for (const auto& one : readiness::differences(*active, *standby)) texts.push_back(one.text());
  return texts;
}

TEST(Facts, Equal_regions_are_equal_whatever_their_ids_and_addresses) {
  FakeWorld left;
  FakeWorld right;
  fill(left, here);
  fill(right, there);
  EXPECT_THAT(differences_between(left, right), ElementsAre());
}

TEST(Facts, A_region_is_described_part_by_part) {
  FakeWorld world;
  fill(world, here);
  const auto facts = inspect(world, here);
  ASSERT_TRUE(facts) << facts.error().text();
  const auto& parts = facts->parts;
  EXPECT_EQ(parts.at("web").at("instances"), "2 × t3.micro");
  EXPECT_EQ(parts.at("web").at("spread over zones"), "1, 1");
  EXPECT_EQ(parts.at("web").at("image"), "ubuntu/24.04");
  EXPECT_EQ(parts.at("web").at("admits"), "tcp 22 from the group bastion; tcp 8000 from the load balancer");
  EXPECT_EQ(parts.at("web").at("may reach"), "everything from everybody");
  EXPECT_EQ(parts.at("database").at("admits"), "tcp 5432 from the peer region; tcp 5432 from the web tier");
  EXPECT_EQ(parts.at("database").at("setting rds.force_ssl"), "1");
  EXPECT_FALSE(parts.at("database").contains("setting work_mem"));
  EXPECT_EQ(parts.at("database").at("storage"), "20 GiB gp3");
  EXPECT_EQ(parts.at("lb").at("listener 80"), "HTTP forwards to targets");
  EXPECT_EQ(parts.at("lb").at("listener 80 rule 10"), "path-pattern /admin/* or /debug: answers 404 by itself");
  EXPECT_EQ(parts.at("lb").at("health check"), "HTTP /readyz:traffic-port every 10 s, within 5 s");
  EXPECT_EQ(parts.at("monitoring").at("nodes"),
            "2 to 3 × t3.medium (2 wanted), AL2023_x86_64_STANDARD, 20 GiB, version 1.31");
  EXPECT_EQ(parts.at("network").at("route tables with a way to the peer region"), "1");
  EXPECT_EQ(parts.at("quotas").at("on-demand virtual CPUs"), "enough for the 8 that are needed");
}

struct DriftCase {
  std::string name;
  std::function<void(FakeServices&)> change;
  std::string difference;
};

TEST(Facts, Every_kind_of_drift_is_found) {
  const std::vector<DriftCase> cases = {
      {"size",
       [](FakeServices& services) {
         auto smaller = database_of(there);
         smaller["DBInstanceClass"] = "db.t3.micro";
         services.set("rds DescribeDBInstances", {{"DBInstances", {smaller}}});
       },
       "database: size is 'db.t3.small' in the active region and 'db.t3.micro' in the standby region"},
      {"setting",
       [](FakeServices& services) {
         services.set("rds DescribeDBParameters", {{"Parameters", Json::array()}});
       },
       "database: setting rds.force_ssl is '1' in the active region and '(absent)' in the standby region"},
      {"quota",
       [](FakeServices& services) {
         services.set("service-quotas GetServiceQuota", {{"Quota", {{"Value", 5.0}}}});
       },
       "quotas: on-demand virtual CPUs is 'enough for the 8 that are needed' in the active region and '5, 8 are "
       "needed' in the standby region"},
      {"route",
       [](FakeServices& services) {
         services.set("ec2 DescribeRouteTables", {{"RouteTables", Json::array()}});
       },
       "network: route tables with a way to the peer region is '1' in the active region and '0' in the standby region"},
      {"cluster",
       [](FakeServices& services) { services.refuse("eks DescribeCluster", 404, "ResourceNotFoundException"); },
       "monitoring: nothing could be found out about it in the standby region"}};
  for (const auto& [name, change, difference] : cases) {
    FakeWorld left;
    FakeWorld right;
    fill(left, here);
    fill(right, there);
    change(right.services);
    EXPECT_THAT(differences_between(left, right), ElementsAre(difference)) << name;
  }
}

TEST(Facts, A_closed_security_group_admits_nothing) {
  FakeWorld world;
  fill(world, here);
  world.services.set("ec2 DescribeSecurityGroups", {{"SecurityGroups", {security_group("sg-db-e", Json::array())}}});
  EXPECT_EQ(inspect(world, here)->parts.at("database").at("admits"), "nothing");
}

TEST(Facts, A_quota_that_is_not_told_is_called_unknown) {
  FakeWorld world;
  fill(world, here);
  world.services.refuse("service-quotas GetServiceQuota", 404, "NoSuchResourceException");
  EXPECT_EQ(inspect(world, here)->parts.at("quotas").at("on-demand virtual CPUs"),
            "not known: Service Quotas does not say");
}

TEST(Facts, What_is_not_permitted_is_named) {
  FakeWorld world;
  fill(world, here);
  world.services.refuse("service-quotas GetServiceQuota", 400, "AccessDeniedException");
  const auto facts = inspect(world, here);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, base::ErrorCode::aws_denied);
  EXPECT_THAT(facts.error().message, HasSubstr("service-quotas GetServiceQuota"));
}

TEST(Facts, An_adopted_stack_has_no_network_part) {
  FakeWorld world;
  fill(world, here);
  const auto facts = inspect(world, here, adopted_stack());
  ASSERT_TRUE(facts) << facts.error().text();
  EXPECT_FALSE(facts->parts.contains("network"));
  EXPECT_TRUE(facts->parts.contains("database"));
}

void fill_aurora(FakeWorld& world) {
  fill_active(world);
  auto& services = world.services;
  services.set("rds DescribeDBClusters",
               {{"DBClusters",
                 {{{"DBClusterIdentifier", "shop-db"},
                   {"DBClusterArn", "arn:aws:rds:us-east-2:123456789012:cluster:shop-db"},
                   {"Status", "available"},
                   {"EngineVersion", "15.4"},
                   {"Endpoint", "shop-db.cluster.test"},
                   {"Port", 5433},
                   {"DBClusterParameterGroup", "shop-pg"},
                   {"VpcSecurityGroups", {{{"VpcSecurityGroupId", "sg-database"}}}},
                   {"DBClusterMembers",
                    {{{"DBInstanceIdentifier", "shop-db-2"}, {"IsClusterWriter", true}},
                     {{"DBInstanceIdentifier", "shop-db-1"}, {"IsClusterWriter", false}}}}}}}});
  const auto member = [](const std::string& name, const std::string& zone) {
    return Json{{"DBInstanceIdentifier", name},
                {"DBInstanceClass", "db.r6g.large"},
                {"DBInstanceStatus", "available"},
                {"AvailabilityZone", zone}};
  };
  services.set("rds DescribeDBInstances",
               {{"DBInstances", {member("shop-db-2", "us-east-2b"), member("shop-db-1", "us-east-2a")}}});
  services.set(
      "rds DescribeDBClusterParameters",
      {{"Parameters", {{{"ParameterName", "rds.logical_replication"}, {"ParameterValue", "1"}, {"Source", "user"}}}}});
}

void set_global(FakeWorld& world, bool is_writer, const std::string& status) {
  world.services.set(
      "rds DescribeGlobalClusters",
      {{"GlobalClusters",
        {{{"GlobalClusterIdentifier", "shop-global"},
          {"GlobalClusterMembers",
           {{{"DBClusterArn", "arn:aws:rds:us-east-2:123456789012:cluster:shop-db"},
             {"IsWriter", is_writer},
             {"SynchronizationStatus", status}},
            {{"DBClusterArn", "arn:aws:rds:us-west-1:123456789012:cluster:shop-db"}, {"IsWriter", !is_writer}}}}}}}});
}

base::Result<Inventory> look_at_aurora_stack(FakeWorld& world) {
  auto stack = small_stack();
  stack.database.service = model::DatabaseService::aurora_global;
  return look(world.ports, stack, Names(stack, "123456789012"), east, base::Milliseconds{5000});
}

TEST(Aurora, A_primary_cluster_is_no_replica) {
  FakeWorld world;
  fill_aurora(world);
  set_global(world, true, "connected");
  const auto seen = look_at_aurora_stack(world);
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->database.source, "");
  EXPECT_EQ(seen->database.endpoint, "shop-db.cluster.test");
  EXPECT_EQ(seen->database.port, 5433);
  ASSERT_EQ(seen->database.members.size(), 2U);
  EXPECT_EQ(seen->database.members[0].name, "db-1");
  EXPECT_FALSE(seen->database.members[0].is_writer);
  EXPECT_TRUE(seen->database.members[1].is_writer);
}

TEST(Aurora, A_secondary_cluster_follows_the_global_clusters_writer) {
  FakeWorld world;
  fill_aurora(world);
  set_global(world, false, "connected");
  world.services.set("cloudwatch GetMetricData",
                     {{"MetricDataResults",
                       {{{"Id", "plain"}, {"Timestamps", Json::array()}, {"Values", Json::array()}},
                        {{"Id", "sourced"}, {"Timestamps", {"2026-11-24T01:01:00Z"}}, {"Values", {180.5}}}}}});
  auto seen = look_at_aurora_stack(world);
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->database.source, "arn:aws:rds:us-west-1:123456789012:cluster:shop-db");
  EXPECT_TRUE(seen->database.replicates);
  EXPECT_EQ(seen->database.lag_ms, 180) << "Aurora's lag is in milliseconds";
  set_global(world, false, "pending-resync");
  seen = look_at_aurora_stack(world);
  EXPECT_FALSE(seen->database.replicates);
  EXPECT_EQ(seen->database.replication_problem, "Aurora says 'pending-resync' of its synchronization");
}

TEST(Aurora, Its_facts_are_the_clusters) {
  FakeWorld world;
  fill(world, here);
  fill_aurora(world);
  auto stack = small_stack();
  stack.database.service = model::DatabaseService::aurora_global;
  const auto facts = inspect(world, here, stack);
  ASSERT_TRUE(facts) << facts.error().text();
  const auto& database = facts->parts.at("database");
  EXPECT_EQ(database.at("instances"), "2 × db.r6g.large");
  EXPECT_EQ(database.at("setting rds.logical_replication"), "1");
  EXPECT_THAT(database.at("admits"), HasSubstr("tcp 5432 from the web tier"));
}

}  // namespace
}  // namespace lifeboat::aws_world
