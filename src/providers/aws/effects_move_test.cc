#include <gmock/gmock.h>

#include "providers/aws/provider_test_world.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;

struct Move : ProviderTest {
  /// As after a fence by power.
  void east_is_fenced() {
    aws.regions["us-east-2"].ingress.clear();
    sql.read_only[west] = true;
  }
};

TEST_F(Move, A_promotion_happens_once_and_takes_the_read_only_setting_away) {
  east_is_fenced();
  const auto promoted = outcome<engine::Promotion>(engine::Promote{west, second});
  const auto again = outcome<engine::Promotion>(engine::Promote{west, second});
  EXPECT_EQ(promoted.node, "db-1");
  EXPECT_EQ(promoted.timeline, 2U);
  EXPECT_EQ(again.timeline, 2U);
  EXPECT_EQ(aws.regions["us-west-1"].promotions, 1);
  EXPECT_EQ(count("PromoteReadReplica us-west-1"), 1);
  EXPECT_FALSE(sql.read_only[west]);
  EXPECT_EQ(duties.duties[west].duty.writes_in, second);
}

TEST_F(Move, A_promotion_whose_answer_was_lost_is_not_asked_for_twice) {
  aws.lose_answer("PromoteReadReplica us-west-1");
  outcome<engine::Promotion>(engine::Promote{west, second});
  EXPECT_EQ(count("PromoteReadReplica us-west-1"), 1);
}

TEST_F(Move, A_promotion_waits_for_a_backup) {
  aws.regions["us-west-1"].database.status = "backing-up";
  EXPECT_EQ(failure(engine::Promote{west, second}), ErrorCode::wait_expired);
  EXPECT_EQ(count("PromoteReadReplica us-west-1"), 0);
}

TEST_F(Move, A_promotion_of_an_old_epoch_is_refused_before_anything_is_done) {
  duties.duties[west].duty.newest = {3};
  EXPECT_EQ(failure(engine::Promote{west, second}), ErrorCode::stale_epoch);
  EXPECT_TRUE(aws.calls.empty());
}

TEST_F(Move, A_fenced_epoch_is_not_promoted_in) {
  duties.duties[west].duty.fenced_through = second;
  EXPECT_EQ(failure(engine::Promote{west, second}), ErrorCode::stale_epoch);
  EXPECT_TRUE(aws.calls.empty());
}

TEST_F(Move, Nothing_of_a_failover_but_the_fence_needs_the_lost_region) {
  lose(east);
  outcome<engine::Promotion>(engine::Promote{west, second});
  outcome<engine::Done>(engine::AssignRole{west, model::RegionRole::active, west, second});
  outcome<engine::Done>(engine::SetTraffic{west, model::TrafficMode::serve, second});
  outcome<engine::Done>(engine::WriteDnsRecord{west, second});
  outcome<engine::Done>(engine::ConfirmDns{west});
  EXPECT_EQ(outcome<engine::ServiceConfirmation>(engine::ConfirmService{west, second}).served_by, "us-west-1");
}

TEST_F(Move, The_new_region_is_healthy_before_the_old_one_is_not) {
  outcome<engine::Done>(engine::WriteDnsRecord{west, second});
  outcome<engine::Done>(engine::WriteDnsRecord{west, second});
  EXPECT_THAT(aws.health_sets, ElementsAre("check-us-west-1 healthy", "check-us-east-2 unhealthy"));
}

TEST_F(Move, The_name_of_an_old_epoch_is_refused) {
  duties.duties[west].duty.newest = {3};
  EXPECT_EQ(failure(engine::WriteDnsRecord{west, second}), ErrorCode::stale_epoch);
  EXPECT_TRUE(aws.health_sets.empty());
}

TEST_F(Move, Every_name_server_that_answers_has_to_say_the_new_region) {
  door.says["ns-3"] = "lb.us-east-2";
  EXPECT_EQ(failure(engine::ConfirmDns{west}), ErrorCode::wait_expired);
  door.says.clear();
  door.silent = {"ns-1", "ns-2", "ns-3"};
  EXPECT_EQ(failure(engine::ConfirmDns{west}), ErrorCode::wait_expired);
  door.silent = {"ns-1", "ns-2"};
  outcome<engine::Done>(engine::ConfirmDns{west});
}

TEST_F(Move, Traffic_is_closed_and_opened_again) {
  outcome<engine::Done>(engine::SetTraffic{east, model::TrafficMode::closed, first});
  EXPECT_FALSE(aws.regions["us-east-2"].serves);
  EXPECT_EQ(duties.duties[east].traffic, model::TrafficMode::closed);
  outcome<engine::Done>(engine::SetTraffic{east, model::TrafficMode::forward, first});
  outcome<engine::Done>(engine::SetTraffic{east, model::TrafficMode::forward, first});
  EXPECT_TRUE(aws.regions["us-east-2"].serves);
  EXPECT_EQ(count("ModifyListener us-east-2"), 2);
  EXPECT_EQ(failure(engine::SetTraffic{east, model::TrafficMode::closed, base::Epoch{0}}), ErrorCode::stale_epoch);
  EXPECT_TRUE(aws.regions["us-east-2"].serves);
}

TEST_F(Move, Writes_are_held_and_released) {
  outcome<engine::Done>(engine::PrepareSwitchover{east, first});
  outcome<engine::Done>(engine::HoldWrites{east, first});
  outcome<engine::Done>(engine::HoldWrites{east, first});
  EXPECT_TRUE(duties.duties[east].writes_held);
  EXPECT_TRUE(sql.read_only[east]);
  outcome<engine::Done>(engine::ReleaseWrites{east, east, first});
  outcome<engine::Done>(engine::ReleaseWrites{east, east, first});
  EXPECT_FALSE(duties.duties[east].writes_held);
  EXPECT_FALSE(sql.read_only[east]);
}

TEST_F(Move, Writes_that_go_on_elsewhere_leave_the_old_database_alone) {
  outcome<engine::Done>(engine::HoldWrites{east, first});
  outcome<engine::Done>(engine::ReleaseWrites{east, west, second});
  EXPECT_TRUE(sql.read_only[east]);
  EXPECT_FALSE(duties.duties[east].writes_held);
}

TEST_F(Move, A_replica_that_is_backed_up_stops_a_switchover_before_it_begins) {
  aws.regions["us-west-1"].database.status = "backing-up";
  EXPECT_EQ(failure(engine::PrepareSwitchover{east, first}), ErrorCode::effect_failed);
}

TEST_F(Move, A_replica_that_lags_is_not_drained) {
  sql.replayed = "0/3000147";
  EXPECT_EQ(failure(engine::DrainReplication{west, base::Lsn{0x3000148}}), ErrorCode::wait_expired);
  sql.replayed = "0/3000148";
  EXPECT_EQ(outcome<engine::Position>(engine::DrainReplication{west, base::Lsn{0x3000148}}).position,
            base::Lsn{0x3000148});
}

TEST_F(Move, A_replica_that_was_never_to_be_promoted_is_not_reopened) {
  EXPECT_EQ(failure(engine::ReopenWriter{west, second}), ErrorCode::effect_failed);
  EXPECT_EQ(failure(engine::ReopenWriter{west, second}), ErrorCode::effect_failed);
  EXPECT_EQ(count("PromoteReadReplica us-west-1"), 0);
}

TEST_F(Move, A_promotion_that_was_begun_is_finished_by_a_reopening) {
  duties.duties[west].duty.writes_in = second;
  outcome<engine::Done>(engine::ReopenWriter{west, base::Epoch{3}});
  EXPECT_EQ(aws.regions["us-west-1"].promotions, 1);
}

TEST_F(Move, Who_leads_is_written_into_every_duty) {
  provider->lead({{5, "ana"}, {4, "bob"}, first, aws.time.now()});
  outcome<engine::Done>(engine::SetTraffic{east, model::TrafficMode::serve, first});
  EXPECT_EQ(duties.duties[east].duty.term, (engine::Term{5, "ana"}));
  duties.duties[west].duty.term = {6, "eve"};
  EXPECT_EQ(failure(engine::Promote{west, second}), ErrorCode::stale_term);
  EXPECT_EQ(count("PromoteReadReplica us-west-1"), 0);
  EXPECT_TRUE(provider->probe(west, base::Milliseconds{1000}).superseded);
  EXPECT_TRUE(provider->probe(east, base::Milliseconds{1000}).obeys);
}

TEST_F(Move, A_region_that_was_never_started_does_not_answer) {
  duties.duties.erase(west);
  const auto seen = provider->probe(west, base::Milliseconds{1000});
  EXPECT_FALSE(seen.agent_answered);
  EXPECT_TRUE(seen.door_answered);
  EXPECT_EQ(seen.detail, "us-west-1 was never started");
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
