#include <gtest/gtest.h>

#include "providers/aws/provider_test_world.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using testing::east;
using testing::ProviderTest;
using testing::west;

const base::WallTime began{base::Milliseconds(1'000'000)};

/// A drill of AWS, effect by effect.
class AwsDrill : public ProviderTest {
 protected:
  engine::Position clone() { return outcome<engine::Position>(engine::CloneForDrill{west, began}); }
  engine::Rehearsal rehearse() { return outcome<engine::Rehearsal>(engine::RehearseFailover{west, began}); }
  void discard() { outcome<engine::Done>(engine::DiscardClone{west, began}); }
  testing::TestRegion& region() { return aws.regions[west.value]; }
  void expect_nothing_left() {
    EXPECT_FALSE(region().clone.exists);
    EXPECT_FALSE(region().snapshot.exists);
    EXPECT_EQ(aws.shadow_record, "");
  }
};

TEST_F(AwsDrill, Is_a_snapshots_instance_with_a_name_and_is_gone_afterwards) {
  lose(east);  // Nothing of a drill needs the active region.
  EXPECT_EQ(clone().position.bytes, 0x3000148U);
  EXPECT_EQ(region().clone.drill, "1000000");
  const auto rehearsal = rehearse();
  EXPECT_EQ(rehearsal.served_by, "us-west-1/shop-db-drill");
  EXPECT_EQ(rehearsal.promotion, std::nullopt) << "what is made of a snapshot takes writes at once";
  EXPECT_TRUE(aws.shadow_record.contains("<Name>api.drill.example.test.</Name>")) << aws.shadow_record;
  EXPECT_TRUE(aws.shadow_record.contains("<Value>shop-db-drill.us-west-1</Value>")) << aws.shadow_record;
  discard();
  expect_nothing_left();
  EXPECT_EQ(region().promotions, 0);
  EXPECT_TRUE(region().database.exists);
}

TEST_F(AwsDrill, Waits_until_the_name_is_known_everywhere) {
  clone();
  sql.unresolved = 3;
  EXPECT_EQ(rehearse().served_by, "us-west-1/shop-db-drill");
  door.shadow_target = "elsewhere";
  EXPECT_EQ(failure(engine::RehearseFailover{west, began}), ErrorCode::wait_expired);
}

TEST_F(AwsDrill, That_was_discarded_makes_nothing_again) {
  clone();
  discard();
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::stale_epoch);
  EXPECT_EQ(failure(engine::RehearseFailover{west, began}), ErrorCode::stale_epoch);
  expect_nothing_left();
}

TEST_F(AwsDrill, Of_a_controller_whose_clock_is_fast_is_discarded_too) {
  clone();
  outcome<engine::Done>(engine::DiscardClone{west, began - base::Milliseconds(500)});
  expect_nothing_left();
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::stale_epoch);
}

TEST_F(AwsDrill, Removes_what_an_earlier_one_has_left) {
  region().snapshot = {.exists = true, .status = "available", .drill = "7"};
  region().clone = {.exists = true, .status = "available", .drill = "7"};
  clone();
  EXPECT_EQ(region().clone.drill, "1000000");
}

TEST_F(AwsDrill, Leaves_alone_what_somebody_else_has_made) {
  region().clone = {.exists = true, .status = "available", .drill = ""};
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::effect_failed);
  discard();
  EXPECT_TRUE(region().clone.exists);
}

TEST_F(AwsDrill, Whose_answers_were_lost_goes_on) {
  for (const auto* call : {"CreateDBSnapshot", "RestoreDBInstanceFromDBSnapshot"}) {
    aws.lose_answer(std::string(call) + " us-west-1");
  }
  clone();
  EXPECT_EQ(count("CreateDBSnapshot us-west-1"), 1);
  EXPECT_EQ(count("RestoreDBInstanceFromDBSnapshot us-west-1"), 1);
  aws.lose_answer("DeleteDBInstance us-west-1");
  aws.lose_answer("DeleteDBSnapshot us-west-1");
  discard();
  expect_nothing_left();
}

TEST_F(AwsDrill, Leaves_a_record_alone_that_no_drill_has_made) {
  const std::string theirs =
      "<ResourceRecordSet><Name>api.drill.example.test.</Name><Type>CNAME</Type><TTL>60</TTL><ResourceRecords>"
      "<ResourceRecord><Value>somewhere.example.org</Value></ResourceRecord></ResourceRecords></ResourceRecordSet>";
  aws.shadow_record = theirs;
  clone();
  EXPECT_EQ(failure(engine::RehearseFailover{west, began}), ErrorCode::effect_failed);
  discard();
  EXPECT_EQ(aws.shadow_record, theirs);
  EXPECT_FALSE(region().clone.exists);
}

TEST_F(AwsDrill, Believes_no_write_that_is_not_there) {
  clone();
  sql.forgets = true;
  EXPECT_EQ(failure(engine::RehearseFailover{west, began}), ErrorCode::wait_expired);
}

TEST_F(AwsDrill, Says_what_RDS_could_not_make) {
  region().snapshot = {.exists = true, .status = "failed", .drill = "1000000"};
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::effect_failed);
  region().snapshot.status = "available";
  region().clone = {.exists = true, .status = "incompatible-restore", .drill = "1000000"};
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::effect_failed);
}

TEST_F(AwsDrill, Needs_a_replica) {
  region().database.source.clear();
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::not_a_replica);
  expect_nothing_left();
}

TEST_F(AwsDrill, Of_another_controllers_time_is_refused) {
  provider->lead({.term = {2, "ana"}, .before = {}, .newest_epoch = {}, .claimed_at = {}});
  duties.duties[west].duty.term = {3, "ben"};
  EXPECT_EQ(failure(engine::CloneForDrill{west, began}), ErrorCode::stale_term);
  EXPECT_EQ(failure(engine::DiscardClone{west, began}), ErrorCode::stale_term);
  EXPECT_EQ(count("CreateDBSnapshot us-west-1"), 0);
}

}  // namespace
}  // namespace lifeboat::aws_world
