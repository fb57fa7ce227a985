#include "providers/aws/templates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "model/address_block.h"
#include "providers/aws/subnet_plan.h"
#include "providers/aws/web_config.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using testing::ElementsAre;

model::Stack shop() {
  model::Stack stack;
  stack.name = "shop";
  stack.world = model::World::aws;
  stack.home = {.name = {"us-east-2"}, .zones = {{"us-east-2a"}, {"us-east-2b"}}, .address_block = "10.10.0.0/16"};
  stack.standby = {.name = {"us-west-1"}, .zones = {{"us-west-1a"}, {"us-west-1c"}}, .address_block = "10.20.0.0/16"};
  return stack;
}

TemplateInputs inputs(const base::RegionName& region) {
  TemplateInputs all;
  all.region = region;
  all.image_id = "ami-1";
  for (const auto* key : {"VpcId", "LoadBalancerSecurityGroupId", "WebSecurityGroupId", "DatabaseSecurityGroupId",
                          "DatabaseSubnetGroup", "DatabaseKeyArn", "WebInstanceProfile"}) {
    all.other[key] = std::string("made-") + key;
  }
  all.other["PublicSubnetIds"] = "subnet-1,subnet-2";
  all.other["WebSubnetIds"] = "subnet-3,subnet-4";
  all.web_route_tables = {"rtb-1", "rtb-2"};
  all.peer_network_id = "vpc-home";
  all.peering_connection_id = "pcx-1";
  return all;
}

Json made(const model::Stack& stack, Concern concern, const TemplateInputs& given) {
  return make_template(stack, Names(stack, "123456789012"), concern, given);
}

Json properties(const Json& document, const char* id) {
  return document.at("Resources").at(id).at("Properties");
}

TEST(Templates, Are_the_same_text_for_the_same_inputs) {
  const auto stack = shop();
  for (const auto& region : {stack.home.name, stack.standby.name}) {
    for (const auto concern : concerns_of(stack, region)) {
      EXPECT_EQ(made(stack, concern, inputs(region)).dump(), made(stack, concern, inputs(region)).dump());
    }
  }
}

TEST(Templates, A_promoted_replica_loses_its_source_and_nothing_else) {
  for (const int nodes : {1, 2}) {
    auto stack = shop();
    stack.database.nodes = nodes;
    for (const auto* region : {&stack.home, &stack.standby}) {
      auto given = inputs(region->name);
      given.source_database_arn = "arn:aws:rds:elsewhere:1:db:shop-db";
      auto replica = made(stack, Concern::database, given);
      EXPECT_EQ(replica["Resources"]["Instance"]["Properties"].erase("SourceDBInstanceIdentifier"), 1U);
      given.source_database_arn.clear();
      given.made_as_replica = true;
      EXPECT_EQ(made(stack, Concern::database, given).dump(), replica.dump());
    }
  }
}

TEST(Templates, The_standbys_database_never_says_what_only_a_new_writer_has) {
  const auto stack = shop();
  const auto promoted = properties(made(stack, Concern::database, inputs(stack.standby.name)), "Instance");
  const auto writer = properties(made(stack, Concern::database, inputs(stack.home.name)), "Instance");
  for (const auto* key : {"MasterUsername", "MasterUserPassword", "DBName", "Engine", "EngineVersion"}) {
    EXPECT_TRUE(writer.contains(key)) << key;
    EXPECT_FALSE(promoted.contains(key)) << key;
  }
  EXPECT_EQ(writer["MasterUserPassword"], "{{resolve:secretsmanager:lifeboat/shop/database:SecretString:password}}");
}

TEST(Templates, A_single_node_is_in_one_zone) {
  auto stack = shop();
  EXPECT_EQ(properties(made(stack, Concern::database, inputs(stack.home.name)), "Instance")["MultiAZ"], true);
  stack.database.nodes = 1;
  EXPECT_EQ(properties(made(stack, Concern::database, inputs(stack.home.name)), "Instance")["MultiAZ"], false);
}

TEST(Templates, The_password_is_made_at_home_and_copied) {
  const auto stack = shop();
  const auto home = made(stack, Concern::network, inputs(stack.home.name));
  EXPECT_EQ(properties(home, "DatabasePassword")["ReplicaRegions"], Json::array({{{"Region", "us-west-1"}}}));
  EXPECT_FALSE(made(stack, Concern::network, inputs(stack.standby.name))["Resources"].contains("DatabasePassword"));
}

TEST(Templates, Peering_is_asked_for_by_the_standby_and_routed_by_both) {
  const auto stack = shop();
  const auto there = made(stack, Concern::peering, inputs(stack.standby.name));
  EXPECT_EQ(properties(there, "Peering")["PeerVpcId"], "vpc-home");
  EXPECT_EQ(properties(there, "Peering")["PeerRegion"], "us-east-2");
  EXPECT_EQ(properties(there, "PeerRouteC")["RouteTableId"], "rtb-2");
  EXPECT_EQ(properties(there, "PeerRouteC")["DestinationCidrBlock"], "10.10.0.0/16");
  const auto back = made(stack, Concern::peer_route, inputs(stack.home.name));
  EXPECT_EQ(properties(back, "PeerRouteA")["VpcPeeringConnectionId"], "pcx-1");
  EXPECT_EQ(properties(back, "PeerRouteA")["DestinationCidrBlock"], "10.20.0.0/16");
  EXPECT_FALSE(back.contains("Outputs")) << "CloudFormation refuses an empty section";
}

TEST(Templates, A_certificate_makes_the_listener_speak_tls) {
  auto stack = shop();
  EXPECT_EQ(properties(made(stack, Concern::web, inputs(stack.home.name)), "Listener")["Protocol"], "HTTP");
  stack.aws.certificate = {{"us-east-2", "arn:1"}, {"us-west-1", "arn:2"}};
  const auto listener = properties(made(stack, Concern::web, inputs(stack.standby.name)), "Listener");
  EXPECT_EQ(listener["Protocol"], "HTTPS");
  EXPECT_EQ(listener["Certificates"], Json::array({{{"CertificateArn", "arn:2"}}}));
}

TEST(Templates, Graviton_nodes_get_an_image_of_theirs) {
  auto stack = shop();
  const auto image = [&](const char* size) {
    stack.monitoring.size = size;
    return properties(made(stack, Concern::monitoring, inputs(stack.home.name)), "NodeGroup")["AmiType"];
  };
  EXPECT_EQ(image("t3.medium"), "AL2023_x86_64_STANDARD");
  EXPECT_EQ(image("t4g.medium"), "AL2023_ARM_64_STANDARD");
  EXPECT_EQ(image("m6g.large"), "AL2023_ARM_64_STANDARD");
}

TEST(Templates, Of_the_largest_stack_are_small_enough_to_be_sent) {
  auto stack = shop();
  stack.name = std::string(32, 'n');
  stack.web.count = 50;
  for (const auto zone : {"us-east-2c", "us-east-2d", "us-east-2e", "us-east-2f"}) {
    stack.home.zones.push_back({zone});
  }
  auto given = inputs(stack.home.name);
  given.other["PublicSubnetIds"] = given.other["WebSubnetIds"] =
      "subnet-1,subnet-2,subnet-3,subnet-4,subnet-5,subnet-6";
  given.web_route_tables.resize(6, "rtb");
  for (const auto concern : concerns_of(stack, stack.home.name)) {
    EXPECT_LT(made(stack, concern, given).dump().size(), 51'200U) << to_string(concern);
  }
}

TEST(Templates, Of_an_adopted_stack_do_not_exist) {
  auto stack = shop();
  EXPECT_THAT(concerns_of(stack, stack.home.name),
              ElementsAre(Concern::network, Concern::peer_route, Concern::database, Concern::web, Concern::monitoring));
  EXPECT_THAT(concerns_of(stack, stack.standby.name), ElementsAre(Concern::network, Concern::peering, Concern::database,
                                                                  Concern::web, Concern::monitoring, Concern::dns));
  stack.aws.existing.database = {{"us-east-2", "theirs"}};
  EXPECT_TRUE(concerns_of(stack, stack.home.name).empty());
}

TEST(Templates, Every_asset_has_a_concern) {
  EXPECT_EQ(concern_of({{"us-east-2"}, "vpc"}), Concern::network);
  EXPECT_EQ(concern_of({{"us-east-2"}, "db-2"}), Concern::database);
  EXPECT_EQ(concern_of({{"us-east-2"}, "web-10"}), Concern::web);
  EXPECT_EQ(concern_of({{"us-east-2"}, "lb"}), Concern::web);
  EXPECT_EQ(concern_of({{"us-east-2"}, "monitoring"}), Concern::monitoring);
  EXPECT_EQ(concern_of({{}, "dns"}), Concern::dns);
}

TEST(SubnetPlan, Follows_the_letters_where_there_is_room) {
  const model::Region region{
      .name = {"us-east-2"}, .zones = {{"us-east-2c"}, {"us-east-2a"}}, .address_block = "10.10.0.0/16"};
  const auto blocks = plan_subnets(region);
  EXPECT_EQ(blocks[0].public_block, "10.10.32.0/20");
  EXPECT_EQ(blocks[0].private_block, "10.10.160.0/20");
  EXPECT_EQ(blocks[1].public_block, "10.10.0.0/20");
  EXPECT_EQ(blocks[1].private_block, "10.10.128.0/20");
}

TEST(SubnetPlan, Lies_inside_and_apart_for_every_block_that_a_stack_file_may_have) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    const auto zones = 2 + random() % 5;
    const int longest = 27 - (zones > 4 ? 4 : zones > 2 ? 3 : 2);
    const int prefix = 16 + static_cast<int>(random() % static_cast<unsigned>(longest - 15));
    const model::AddressBlock block{static_cast<std::uint32_t>(random()) & (~0U << (32 - prefix)), prefix};
    model::Region region{.name = {"us-east-1"}, .zones = {}, .address_block = block.text()};
    for (std::size_t i = 0; i < zones; ++i) region.zones.push_back({std::string("us-east-1") + "abcdef"[i]});
    std::vector<model::AddressBlock> taken;
    for (const auto& [open, closed] : plan_subnets(region)) {
      for (const auto& text : {open, closed}) {
        const auto one = model::parse_address_block(text);
        ASSERT_TRUE(one && block.holds(*one) && one->prefix <= 27) << block.text() << ' ' << text;
        for (const auto& other : taken) ASSERT_FALSE(one->overlaps(other)) << block.text() << ' ' << text;
        taken.push_back(*one);
      }
    }
  }
}

TEST(WebConfig, Names_the_databases_by_region) {
  const auto text = web_config_text({.databases = {{{"us-east-2"}, {.host = "a", .reader = "r", .port = 5432}},
                                                   {{"us-west-1"}, {.host = "b", .reader = {}, .port = 5433}}},
                                     .marker_token = {}});
  EXPECT_EQ(Json::parse(text), (Json{{"databases",
                                      {{"us-east-2", {{"host", "a"}, {"reader", "r"}, {"port", 5432}}},
                                       {"us-west-1", {{"host", "b"}, {"port", 5433}}}}}}));
}

TEST(WebConfig, The_program_is_called_by_its_file) {
  auto stack = shop();
  EXPECT_EQ(program_key(stack), "program/lifeboat-events");
  stack.aws.program = "build/out/app.tar.gz";
  EXPECT_EQ(program_key(stack), "program/app.tar.gz");
}

}  // namespace
}  // namespace lifeboat::aws_world
