#include "providers/aws/provider_test_world.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;

const base::WallTime began{base::Milliseconds(1'000'000)};

/// The effects whose calls are others where the databases are the clusters of an Aurora global database.
struct Aurora : ProviderTest {
  Aurora() {
    stack.database.service = model::DatabaseService::aurora_global;
    names = Names(stack, "123456789012");
    aws.global.emplace();
    aws.regions[west.value].database.source = names.database_arn(east);
    provider = std::make_unique<AwsProvider>(parts());
  }
  TestRegion& region() { return aws.regions[west.value]; }
  auto asked_to_move() const {
    return std::ranges::count_if(aws.calls, [](const auto& call) {
      return call.starts_with("SwitchoverGlobalCluster") || call.starts_with("FailoverGlobalCluster");
    });
  }
};

TEST_F(Aurora, A_failover_asks_the_surviving_region_and_allows_for_loss) {
  lose(east);
  outcome<engine::Promotion>(engine::Promote{west, second});
  EXPECT_EQ(aws.global->writer, west.value);
  EXPECT_TRUE(aws.global->allowed_loss);
  EXPECT_EQ(count("FailoverGlobalCluster us-west-1"), 1);
}

TEST_F(Aurora, A_drained_switchover_loses_nothing_and_asks_the_writers_region) {
  outcome<engine::FenceCertificate>(engine::FenceRegion{east, engine::FenceMethod::direct, first, true});
  outcome<engine::Position>(engine::DrainReplication{west, {50'331'976}});
  outcome<engine::Promotion>(engine::Promote{west, second});
  EXPECT_EQ(aws.global->writer, west.value);
  EXPECT_FALSE(aws.global->allowed_loss);
  EXPECT_EQ(count("SwitchoverGlobalCluster us-east-2"), 1);
}

TEST_F(Aurora, A_move_whose_answer_was_lost_is_not_asked_for_twice) {
  aws.lose_answer("FailoverGlobalCluster us-west-1");
  outcome<engine::Promotion>(engine::Promote{west, second});
  outcome<engine::Promotion>(engine::Promote{west, second});
  EXPECT_EQ(asked_to_move(), 1);
}

TEST_F(Aurora, A_drills_clone_is_a_cluster_that_shares_the_replicas_storage) {
  lose(east);
  EXPECT_EQ(outcome<engine::Position>(engine::CloneForDrill{west, began}).position.bytes, 50'331'976U);
  EXPECT_EQ(region().snapshot.drill, "1000000");
  EXPECT_EQ(region().clone.drill, "1000000");
  EXPECT_EQ(outcome<engine::Rehearsal>(engine::RehearseFailover{west, began}).served_by, "us-west-1/shop-db-drill");
  EXPECT_TRUE(aws.shadow_record.contains("<Value>shop-db-drill.us-west-1</Value>")) << aws.shadow_record;
  outcome<engine::Done>(engine::DiscardClone{west, began});
  EXPECT_FALSE(region().clone.exists);
  EXPECT_FALSE(region().snapshot.exists);
  EXPECT_EQ(aws.shadow_record, "");
  EXPECT_EQ(asked_to_move(), 0);
}

TEST_F(Aurora, A_drill_whose_answers_were_lost_goes_on) {
  for (const auto* call : {"RestoreDBClusterToPointInTime", "CreateDBInstance", "DeleteDBInstance", "DeleteDBCluster"})
    aws.lose_answer(std::string(call) + " us-west-1");
  outcome<engine::Position>(engine::CloneForDrill{west, began});
  EXPECT_EQ(count("RestoreDBClusterToPointInTime us-west-1"), 1);
  EXPECT_EQ(count("CreateDBInstance us-west-1"), 1);
  outcome<engine::Done>(engine::DiscardClone{west, began});
  EXPECT_FALSE(region().clone.exists);
  EXPECT_FALSE(region().snapshot.exists);
}

TEST_F(Aurora, A_drill_leaves_alone_what_somebody_else_has_made) {
  region().snapshot = {.exists = true, .status = "available", .drill = ""};
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::effect_failed);
  outcome<engine::Done>(engine::DiscardClone{west, began});
  EXPECT_TRUE(region().snapshot.exists);
}

TEST_F(Aurora, A_drill_says_what_it_waits_for_while_the_replica_cannot_be_cloned) {
  region().database.status = "upgrading";
  const auto result = perform(engine::CloneForDrill{west, began});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::wait_expired);
  EXPECT_TRUE(result.error().message.contains("no cluster yet; RDS says: no")) << result.error().text();
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
