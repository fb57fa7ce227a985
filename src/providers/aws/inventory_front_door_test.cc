#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/aws/inventory_test_world.h"

namespace lifeboat::aws_world {
namespace {

using namespace testing;
using aws::Json;
using ::testing::ElementsAre;

Json zone(const std::string& id, bool is_private = false) {
  return {{"Id", "/hostedzone/" + id}, {"Name", "example.test."}, {"Config", {{"PrivateZone", is_private}}}};
}

Json record(const base::RegionName& region, const std::string& failover) {
  return {{"Name", "api.example.test."},
          {"Type", "CNAME"},
          {"SetIdentifier", region.value},
          {"Failover", failover},
          {"TTL", 30},
          {"ResourceRecords", {{{"Value", "shop." + region.value + ".elb.test."}}}},
          {"HealthCheckId", "check-" + region.value}};
}

Json health_check(bool disabled, bool inverted, int version) {
  return {{"HealthCheck",
           {{"Id", "c"},
            {"HealthCheckVersion", version},
            {"HealthCheckConfig", {{"Type", "HTTP"}, {"Disabled", disabled}, {"Inverted", inverted}}}}}};
}

void fill_front_door(FakeWorld& world) {
  auto& services = world.services;
  services.set("route53 ListHostedZonesByName", {{"HostedZones", {zone("Z1")}}});
  services.set(
      "route53 ListResourceRecordSets",
      {{"ResourceRecordSets",
        {record(east, "PRIMARY"), record(west, "SECONDARY"), {{"Name", "www.example.test."}, {"Type", "A"}}}}});
  services.set("route53 GetHostedZone",
               {{"HostedZone", zone("Z1")}, {"DelegationSet", {{"NameServers", {"ns-1.test.", "ns-2.test"}}}}});
  services.set_for("route53 GetHealthCheck", "check-us-east-2", health_check(true, false, 4));
  services.set_for("route53 GetHealthCheck", "check-us-west-1", health_check(true, true, 2));
}

base::Result<FrontDoor> look_at_door(FakeWorld& world, const model::Stack& stack = small_stack()) {
  return look_at_front_door(world.ports, stack, Names(stack, "123456789012"), base::Milliseconds{5000});
}

TEST(Front_door, Both_records_are_seen_with_what_the_flip_says) {
  FakeWorld world;
  fill_front_door(world);
  const auto door = look_at_door(world);
  ASSERT_TRUE(door) << door.error().text();
  EXPECT_EQ(door->zone_id, "Z1");
  EXPECT_THAT(door->name_servers, ElementsAre("ns-1.test", "ns-2.test"));
  ASSERT_EQ(door->records.size(), 2U);
  const auto& home = door->records.at(east);
  EXPECT_EQ(home.target, "shop.us-east-2.elb.test");
  EXPECT_EQ(home.health_check, "check-us-east-2");
  EXPECT_EQ(home.ttl_s, 30);
  EXPECT_TRUE(home.is_primary && home.is_healthy);
  EXPECT_EQ(home.health_check_version, 4);
  EXPECT_FALSE(door->records.at(west).is_primary || door->records.at(west).is_healthy);
}

TEST(Front_door, A_check_that_really_checks_is_not_healthy_by_the_flip) {
  FakeWorld world;
  fill_front_door(world);
  world.services.set_for("route53 GetHealthCheck", "check-us-east-2", health_check(false, false, 1));
  EXPECT_FALSE(look_at_door(world)->records.at(east).is_healthy);
}

TEST(Front_door, What_is_missing_is_left_out) {
  FakeWorld world;
  auto door = look_at_door(world);
  ASSERT_TRUE(door) << door.error().text();
  EXPECT_EQ(door->zone_id, "");
  world.services.set("route53 ListHostedZonesByName", {{"HostedZones", {zone("Z1")}}});
  world.services.set("route53 GetHostedZone", {{"HostedZone", zone("Z1")}});
  door = look_at_door(world);
  ASSERT_TRUE(door) << door.error().text();
  EXPECT_EQ(door->zone_id, "Z1");
  EXPECT_TRUE(door->records.empty());
}

TEST(Front_door, Only_a_public_zone_of_that_very_name_counts_and_of_two_the_one_with_the_records) {
  FakeWorld world;
  fill_front_door(world);
  auto other = zone("Z0");
  other["Name"] = "example.test.more.";
  world.services.set("route53 ListHostedZonesByName",
                     {{"HostedZones", {zone("ZPRIVATE", true), other, zone("ZEMPTY"), zone("Z1")}}});
  world.services.set_for("route53 ListResourceRecordSets", "/ZEMPTY/", {{"ResourceRecordSets", Json::array()}});
  EXPECT_EQ(look_at_door(world)->zone_id, "Z1");
}

TEST(Front_door, A_zone_of_the_stack_file_is_not_searched_for) {
  FakeWorld world;
  fill_front_door(world);
  auto stack = small_stack();
  stack.aws.hosted_zone = "ZGIVEN";
  EXPECT_EQ(look_at_door(world, stack)->zone_id, "ZGIVEN");
  world.services.refuse("route53 GetHostedZone", 404, "NoSuchHostedZone");
  EXPECT_EQ(look_at_door(world, stack)->zone_id, "");
}

TEST(Front_door, Adopted_records_are_known_by_their_health_checks) {
  FakeWorld world;
  fill_front_door(world);
  auto alias = record(east, "PRIMARY");
  alias["SetIdentifier"] = "first";
  alias["Type"] = "A";
  alias.erase("ResourceRecords");
  alias["AliasTarget"] = {
      {"HostedZoneId", "Z9"}, {"DNSName", "dualstack.old.elb.test."}, {"EvaluateTargetHealth", false}};
  world.services.set("route53 ListResourceRecordSets", {{"ResourceRecordSets", {alias}}});
  const auto door = look_at_door(world, adopted_stack());
  ASSERT_TRUE(door) << door.error().text();
  EXPECT_EQ(door->records.at(east).target, "dualstack.old.elb.test");
}

TEST(Front_door, A_silent_service_is_an_error) {
  FakeWorld world;
  world.services.cut("route53");
  const auto door = look_at_door(world);
  ASSERT_FALSE(door);
  EXPECT_EQ(door.error().code, base::ErrorCode::region_unreachable);
}

}  // namespace
}  // namespace lifeboat::aws_world
