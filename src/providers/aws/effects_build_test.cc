#include <gmock/gmock.h>

#include "providers/aws/provider_test_world.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;
using ::testing::Contains;
using ::testing::ElementsAre;

struct Build : ProviderTest {
  /// us-west-1 was promoted in epoch 2.
  void west_reigns() {
    aws.regions["us-west-1"].database.source.clear();
    for (const auto& region : {east, west}) {
      auto& duty = duties.duties[region].duty;
      duty.active_region = west;
      duty.epoch = duty.newest = second;
      duty.role = region == west ? model::RegionRole::active : model::RegionRole::standby;
      duty.writes_in = region == west ? second : base::Epoch{};
    }
  }
};

TEST_F(Build, Whichever_network_comes_second_makes_the_peering) {
  outcome<engine::Done>(engine::EnsureAsset{{east, "vpc"}, first});
  EXPECT_THAT(provisioner.log, ElementsAre("apply us-east-2 network"));
  outcome<engine::Done>(engine::EnsureAsset{{west, "vpc"}, first});
  EXPECT_THAT(provisioner.log, ElementsAre("apply us-east-2 network", "apply us-west-1 network",
                                           "apply us-west-1 peering", "apply us-east-2 peer-route"));
}

TEST_F(Build, Done_is_what_the_services_show_and_not_what_cloudformation_says) {
  not_ready = {"us-east-2/web-1"};
  EXPECT_EQ(failure(engine::EnsureAsset{{east, "web-1"}, first}), ErrorCode::wait_expired);
  outcome<engine::Done>(engine::EnsureAsset{{east, "web-2"}, first});
}

TEST_F(Build, The_active_regions_database_is_a_writer_and_the_other_its_replica) {
  outcome<engine::Done>(engine::EnsureAsset{{east, "db-1"}, first});
  outcome<engine::Done>(engine::EnsureAsset{{west, "db-1"}, first});
  EXPECT_THAT(provisioner.log, ElementsAre("apply us-east-2 database writer", "apply us-west-1 database replica"));
  EXPECT_TRUE(aws.regions["us-west-1"].objects.contains("/config/web.json"));
}

TEST_F(Build, A_template_never_turns_a_writer_into_a_replica) {
  west_reigns();
  EXPECT_EQ(failure(engine::EnsureAsset{{east, "db-1"}, second}), ErrorCode::effect_failed);
  EXPECT_TRUE(provisioner.log.empty());
}

TEST_F(Build, An_old_epoch_builds_nothing) {
  duties.duties[east].duty.newest = second;
  EXPECT_EQ(failure(engine::EnsureAsset{{east, "web-1"}, first}), ErrorCode::stale_epoch);
  EXPECT_TRUE(provisioner.log.empty());
  EXPECT_TRUE(aws.calls.empty());
}

TEST_F(Build, The_first_instances_bring_lifeboats_schema) {
  outcome<engine::Done>(engine::EnsureAsset{{east, "web-1"}, first});
  outcome<engine::Done>(engine::EnsureAsset{{east, "web-2"}, first});
  EXPECT_EQ(sql.scripts.size(), 1U);
  EXPECT_THAT(sql.scripts, Contains(::testing::HasSubstr("CREATE TABLE IF NOT EXISTS lifeboat.marker")));
}

TEST_F(Build, Instances_that_a_fence_stopped_are_started) {
  aws.regions["us-east-2"].instances["i-00000001"] = "stopped";
  outcome<engine::Done>(engine::EnsureAsset{{east, "web-1"}, first});
  EXPECT_EQ(aws.regions["us-east-2"].instances["i-00000001"], "running");
}

TEST_F(Build, Reprotecting_after_a_failover_keeps_the_old_writer_as_a_snapshot) {
  outcome<engine::FenceCertificate>(engine::FenceRegion{east, engine::FenceMethod::power, first, false});
  west_reigns();
  const auto done = outcome<engine::Reprotection>(engine::Reprotect{east, west, second});
  EXPECT_EQ(done.method, engine::ReprotectMethod::rebuilt);
  EXPECT_EQ(done.ledger_file, "RDS snapshot shop-db-before-epoch-2 in us-east-2");
  EXPECT_THAT(provisioner.log, ElementsAre("remove us-east-2 database", "apply us-east-2 database replica",
                                           "apply us-west-1 database writer"));
  EXPECT_EQ(aws.regions["us-east-2"].database.source, names.database_arn(west));
  EXPECT_EQ(aws.regions["us-east-2"].ingress, std::vector<std::string>{"sg-web"});
  EXPECT_EQ(aws.regions["us-west-1"].routes.size(), 2U);
  EXPECT_EQ(aws.regions["us-east-2"].instances["i-00000001"], "running");
  const auto again = outcome<engine::Reprotection>(engine::Reprotect{east, west, second});
  EXPECT_EQ(again.method, engine::ReprotectMethod::followed);
  EXPECT_EQ(count("DeleteDBInstance us-east-2"), 1);
}

TEST_F(Build, Reprotecting_after_a_planned_move_has_lost_nothing) {
  outcome<engine::FenceCertificate>(engine::FenceRegion{east, engine::FenceMethod::direct, first, true});
  west_reigns();
  EXPECT_EQ(outcome<engine::Reprotection>(engine::Reprotect{east, west, second}).ledger_file, "");
  EXPECT_FALSE(duties.duties[east].final_position.has_value());
}

TEST_F(Build, A_database_that_does_not_write_is_no_source) {
  EXPECT_EQ(failure(engine::Reprotect{east, west, first}), ErrorCode::effect_failed);
  EXPECT_EQ(count("DeleteDBInstance us-east-2"), 0);
  EXPECT_TRUE(aws.regions["us-east-2"].database.exists);
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
