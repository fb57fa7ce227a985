#include "providers/aws/inventory.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "providers/aws/inventory_test_world.h"

namespace lifeboat::aws_world {
namespace {

using namespace testing;
using aws::Json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr base::Milliseconds limit{5000};

base::Result<Inventory> look_at_region(FakeWorld& world, const model::Stack& stack = small_stack()) {
  return look(world.ports, stack, Names(stack, "123456789012"), east, limit);
}

std::string question(const FakeWorld& world, const std::string& operation) {
  const auto asked = world.services.asked();
  const auto found = std::ranges::find(asked, operation, &std::pair<std::string, std::string>::first);
  return found == asked.end() ? "" : found->second;
}

TEST(Look, Everything_of_a_region_is_seen_in_one_pass) {
  FakeWorld world;
  fill_active(world);
  const auto seen = look_at_region(world);
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->duty, duty_of(model::RegionRole::active, 3));
  EXPECT_EQ(seen->network_id, "vpc-1");
  ASSERT_EQ(seen->instances.size(), 2U);
  EXPECT_EQ(seen->instances[0].asset, "web-1");
  EXPECT_EQ(seen->instances[0].target_state, "healthy");
  EXPECT_EQ(seen->instances[1].zone, "us-east-2b");
  EXPECT_EQ(seen->load_balancer.dns_name, "shop-1.elb.test");
  EXPECT_EQ(seen->load_balancer.target_group_arn, "arn:targets");
  EXPECT_TRUE(seen->load_balancer.serves);
  EXPECT_EQ(seen->database.endpoint, "shop-db.rds.test");
  EXPECT_THAT(seen->database.security_groups, ElementsAre("sg-database"));
  EXPECT_THAT(seen->database_security_group->ingress,
              ElementsAre("tcp 5432 from 10.20.0.0/16", "tcp 5432 from sg-web"));
  EXPECT_EQ(seen->cluster.version, "1.31");
  EXPECT_EQ(seen->cluster.nodes_desired, 2);
}

TEST(Look, What_does_not_exist_is_not_an_error) {
  FakeWorld world;
  const auto seen = look_at_region(world);
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_FALSE(seen->duty);
  EXPECT_TRUE(seen->instances.empty());
  EXPECT_FALSE(seen->load_balancer.exists || seen->database.exists || seen->cluster.exists);
}

TEST(Look, The_stacks_own_things_are_found_by_tag_and_name) {
  FakeWorld world;
  fill_active(world);
  ASSERT_TRUE(look_at_region(world));
  EXPECT_THAT(question(world, "ec2 DescribeInstances"),
              HasSubstr("Filter.1.Name=tag%3Alifeboat%3Aweb&Filter.1.Value.1=shop&"));
  EXPECT_THAT(question(world, "ec2 DescribeInstances"), HasSubstr("MaxResults=1000"));
  EXPECT_THAT(question(world, "ec2 DescribeVpcs"),
              HasSubstr("Filter.2.Name=tag%3Alifeboat%3Aasset&Filter.2.Value.1=vpc"));
  EXPECT_THAT(question(world, "ec2 DescribeSecurityGroups"), HasSubstr("tag%3Alifeboat%3Adatabase-of"));
  EXPECT_THAT(question(world, "elbv2 DescribeLoadBalancers"), HasSubstr("Names.member.1=shop"));
  EXPECT_THAT(question(world, "rds DescribeDBInstances"), HasSubstr("DBInstanceIdentifier=shop-db"));
  EXPECT_THAT(question(world, "eks DescribeCluster"), HasSubstr("/clusters/shop"));
}

TEST(Look, An_adopted_stack_is_found_by_what_its_file_names) {
  FakeWorld world;
  fill_active(world);
  world.services.set("ec2 DescribeInstances",
                     {{"Reservations",
                       {{{"Instances",
                          {instance("i-9", "", "us-east-2a"), instance("i-3", "", "us-east-2b"),
                           instance("i-1", "", "us-east-2b", "terminated")}}}}}});
  world.services.set(
      "elbv2 DescribeTargetHealth",
      {{"TargetHealthDescriptions", {target("10.10.0.3", "healthy"), target("i-9", "draining", "Elb.Test")}}});
  const auto seen = look_at_region(world, adopted_stack());
  ASSERT_TRUE(seen) << seen.error().text();
  ASSERT_EQ(seen->instances.size(), 2U);
  EXPECT_EQ(seen->instances[0].id + " " + seen->instances[0].asset, "i-3 web-1");
  EXPECT_EQ(seen->instances[0].target_state, "healthy") << "a target may be registered by its address";
  EXPECT_EQ(seen->instances[1].id + " " + seen->instances[1].asset, "i-9 web-2");
  EXPECT_EQ(seen->instances[1].target_state + " " + seen->instances[1].target_reason, "draining Elb.Test");
  EXPECT_EQ(seen->network_id, "vpc-1");
  EXPECT_FALSE(seen->cluster.exists);
  EXPECT_THAT(question(world, "ec2 DescribeInstances"),
              HasSubstr("Filter.1.Name=tag%3AName&Filter.1.Value.1=shop-web&"));
  EXPECT_THAT(question(world, "ec2 DescribeSecurityGroups"),
              HasSubstr("Filter.1.Name=group-id&Filter.1.Value.1=sg-orders"));
  EXPECT_THAT(question(world, "elbv2 DescribeLoadBalancers"), HasSubstr("Names.member.1=old-door"));
  EXPECT_THAT(question(world, "rds DescribeDBInstances"), HasSubstr("DBInstanceIdentifier=orders"));
  EXPECT_EQ(question(world, "eks DescribeCluster"), "");
}

TEST(Look, A_denied_service_is_named_whatever_the_others_say) {
  FakeWorld world;
  fill_active(world);
  world.services.refuse("rds DescribeDBInstances", 403, "AccessDenied");
  world.services.cut("elbv2");
  const auto seen = look_at_region(world);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, base::ErrorCode::aws_denied);
  EXPECT_EQ(
      seen.error().message,
      "us-east-2: rds DescribeDBInstances: said the test [AccessDenied, HTTP 403]; 1 more of the questions had no "
      "answer");
}

TEST(Look, Every_denied_service_is_named) {
  FakeWorld world;
  fill_active(world);
  world.services.refuse("rds DescribeDBInstances", 403, "AccessDenied");
  world.services.refuse("eks DescribeCluster", 403, "AccessDeniedException");
  const auto seen = look_at_region(world);
  ASSERT_FALSE(seen);
  EXPECT_THAT(seen.error().message, HasSubstr("rds DescribeDBInstances"));
  EXPECT_THAT(seen.error().message, HasSubstr("eks DescribeCluster"));
}

TEST(Look, A_dead_region_is_unreachable) {
  FakeWorld world;
  fill_active(world);
  for (const auto* service : {"ec2", "rds", "elbv2", "eks", "cloudwatch"}) world.services.cut(service);
  world.duties.answer = base::fail(base::ErrorCode::region_unreachable, "us-east-2: the bucket does not answer");
  const auto seen = look_at_region(world);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, base::ErrorCode::region_unreachable);
  EXPECT_EQ(seen.error().message, "us-east-2: the bucket does not answer; 7 more of the questions had no answer");
}

TEST(Look, A_service_that_is_broken_makes_the_region_unreachable) {
  FakeWorld world;
  fill_active(world);
  world.services.refuse("ec2 DescribeSecurityGroups", 503, "ServiceUnavailable");
  const auto seen = look_at_region(world);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, base::ErrorCode::region_unreachable);
  EXPECT_THAT(seen.error().message, HasSubstr("ec2 DescribeSecurityGroups"));
}

TEST(Look, A_page_of_a_proxy_does_not_mean_that_nothing_exists) {
  FakeWorld world;
  fill_active(world);
  world.services.refuse("rds DescribeDBInstances", 404, "");
  const auto seen = look_at_region(world);
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, base::ErrorCode::region_unreachable);
}

TEST(Look, Nothing_is_asked_after_the_time_limit) {
  FakeWorld world;
  fill_active(world);
  const auto stack = small_stack();
  const auto seen = look(world.ports, stack, Names(stack, "123456789012"), east, base::Milliseconds{0});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, base::ErrorCode::region_unreachable);
  EXPECT_TRUE(world.services.asked().empty());
}

TEST(Look, Two_thousand_instances_and_targets_are_seen_page_by_page) {
  FakeWorld world;
  fill_active(world);
  constexpr int pages = 20;
  constexpr int a_page = 100;
  std::vector<Json> instances;
  Json targets = Json::array();
  for (int page = 0; page < pages; ++page) {
    Json reservations = Json::array();
    for (int index = 0; index < a_page; ++index) {
      const auto number = page * a_page + index + 1;
      const auto id = fmt::format("i-{:05}", number);
      reservations.push_back({{"Instances", {instance(id, fmt::format("web-{}", number), "us-east-2a")}}});
      targets.push_back(target(id, number == 1999 ? "unhealthy" : "healthy", number == 1999 ? "Target.Timeout" : ""));
    }
    instances.push_back({{"Reservations", reservations}});
  }
  world.services.set_pages("ec2 DescribeInstances", instances);
  world.services.set("elbv2 DescribeTargetHealth", {{"TargetHealthDescriptions", targets}});
  const auto seen = look_at_region(world);
  ASSERT_TRUE(seen) << seen.error().text();
  ASSERT_EQ(seen->instances.size(), 2000U);
  EXPECT_EQ(seen->instances[1].asset, "web-2");
  EXPECT_EQ(seen->instances[9].asset, "web-10") << "by number, not by letter";
  EXPECT_EQ(std::ranges::count(seen->instances, "healthy", &SeenInstance::target_state), 1999);
  EXPECT_EQ(seen->instances[1998].target_reason, "Target.Timeout");
  const auto asked = world.services.asked();
  EXPECT_EQ(std::ranges::count(asked, "ec2 DescribeInstances", &std::pair<std::string, std::string>::first), pages);
}

TEST(Look, A_listener_that_answers_by_itself_is_closed) {
  FakeWorld world;
  fill_active(world);
  world.services.set(
      "elbv2 DescribeListeners",
      {{"Listeners",
        {{{"ListenerArn", "arn:listener"},
          {"Port", 80},
          {"DefaultActions", {{{"Type", "fixed-response"}, {"FixedResponseConfig", {{"StatusCode", "503"}}}}}}}}}});
  world.services.set("elbv2 DescribeTargetGroups",
                     {{"TargetGroups",
                       {{{"TargetGroupArn", "arn:others"}, {"VpcId", "vpc-2"}, {"LoadBalancerArns", Json::array()}},
                        {{"TargetGroupArn", "arn:taken"}, {"VpcId", "vpc-1"}, {"LoadBalancerArns", {"arn:lb-2"}}},
                        {{"TargetGroupArn", "arn:mine"}, {"VpcId", "vpc-1"}, {"LoadBalancerArns", Json::array()}}}}});
  world.services.set_for("elbv2 DescribeTargetGroups", "LoadBalancerArn=", {{"TargetGroups", Json::array()}});
  const auto seen = look_at_region(world);
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_FALSE(seen->load_balancer.serves);
  EXPECT_EQ(seen->load_balancer.listener_arn, "arn:listener");
  EXPECT_EQ(seen->load_balancer.target_group_arn, "arn:mine") << "a closed listener lets go of its group";
}

TEST(Look, Of_several_listeners_the_one_at_the_described_port_counts) {
  FakeWorld world;
  fill_active(world);
  const Json redirect{{"Type", "redirect"}};
  const Json forward{
      {"Type", "forward"},
      {"ForwardConfig",
       {{"TargetGroups",
         {{{"TargetGroupArn", "arn:few"}, {"Weight", 1}}, {{"TargetGroupArn", "arn:most"}, {"Weight", 9}}}}}}};
  world.services.set("elbv2 DescribeListeners",
                     {{"Listeners",
                       {{{"ListenerArn", "arn:80"}, {"Port", 80}, {"DefaultActions", {redirect}}},
                        {{"ListenerArn", "arn:443"}, {"Port", 443}, {"DefaultActions", {forward}}}}}});
  auto stack = small_stack();
  stack.load_balancer.port = 443;
  const auto seen = look_at_region(world, stack);
  ASSERT_TRUE(seen) << seen.error().text();
  EXPECT_EQ(seen->load_balancer.listener_arn, "arn:443");
  EXPECT_EQ(seen->load_balancer.target_group_arn, "arn:most");
  stack.load_balancer.port = 8080;
  EXPECT_EQ(look_at_region(world, stack)->load_balancer.listener_arn, "arn:443");
}

TEST(Look, The_newest_lag_counts_and_minus_one_is_none) {
  FakeWorld world;
  fill_active(world);
  const auto lag = [&](const Json& times, const Json& values) {
    world.services.set("cloudwatch GetMetricData",
                       {{"MetricDataResults", {{{"Id", "lag"}, {"Timestamps", times}, {"Values", values}}}}});
    return look_at_region(world)->database.lag_ms;
  };
  EXPECT_EQ(lag({"2026-11-24T01:00:00Z", "2026-11-24T01:01:00Z"}, {9, 1.5}), 1500);
  EXPECT_EQ(lag({"2026-11-24T01:01:00Z", "2026-11-24T01:00:00Z"}, {0, 9}), 0);
  EXPECT_EQ(lag({"2026-11-24T01:01:00Z"}, {-1}), std::nullopt);
  EXPECT_EQ(lag(Json::array(), Json::array()), std::nullopt);
}

TEST(Look, Of_two_groups_with_the_tag_the_databases_own_counts) {
  FakeWorld world;
  fill_active(world);
  world.services.set("ec2 DescribeSecurityGroups",
                     {{"SecurityGroups",
                       {security_group("sg-another", Json::array()), security_group("sg-database", Json::array())}}});
  EXPECT_EQ(look_at_region(world)->database_security_group->id, "sg-database");
}

}  // namespace
}  // namespace lifeboat::aws_world
