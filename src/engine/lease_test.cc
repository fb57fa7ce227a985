#include "engine/lease.h"

#include <gtest/gtest.h>

#include "engine/agent_duty.h"
#include "engine/test_regions.h"

namespace lifeboat::engine {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Epoch first{1};
constexpr base::Epoch second{2};
constexpr milliseconds ttl{10'000};

base::Instant at(milliseconds since_boot) {
  return base::Instant(since_boot);
}

AgentDuty reigning(base::Epoch epoch = first) {
  return *assigned({}, model::RegionRole::active, east, epoch);
}

AgentDuty standing_by(base::Epoch epoch = first) {
  return *assigned({}, model::RegionRole::standby, east, epoch);
}

TEST(Lease, EndsByTheMomentOfTheRequestHoweverLateTheGrantComes) {
  const auto held = extended({}, {east, first, at(seconds(100)), ttl});
  EXPECT_EQ(held.ends_at, at(seconds(110)));
}

TEST(Lease, IsNotShortenedByAGrantThatComesOutOfOrder) {
  const Lease held{first, at(seconds(110))};
  EXPECT_EQ(extended(held, {east, first, at(seconds(99)), ttl}), held);
  EXPECT_EQ(extended({second, at(seconds(50))}, {east, first, at(seconds(100)), ttl}),
            (Lease{second, at(seconds(50))}));
}

TEST(Lease, IsOverForTheGranterAfterItIsForTheHolderWhoseClockRunsSlower) {
  // The holder's clock loses four seconds in a thousand, the granter's wins as many.
  const auto over = over_at(at(seconds(0)), ttl) - at(seconds(0));
  const double real_seconds = std::chrono::duration<double>(over).count() / 1.004;
  EXPECT_GT(real_seconds * 0.996, std::chrono::duration<double>(ttl).count());
}

TEST(Lease, IsRenewedSeveralTimesInItsLife) {
  EXPECT_EQ(renewal_interval(ttl), milliseconds(1250));
  EXPECT_EQ(renewal_interval(milliseconds(100)), milliseconds(20));
}

TEST(AgentDuty, RefusesOlderEpochsAndTerms) {
  const auto duty = *accepted({}, second);
  EXPECT_EQ(accepted(duty, first).error().code, base::ErrorCode::stale_epoch);
  const auto led = *obeyed(duty, {7, "a"});
  EXPECT_TRUE(obeyed(led, {7, "a"}));
  EXPECT_EQ(obeyed(led, {6, "a"}).error().code, base::ErrorCode::stale_term);
  EXPECT_EQ(obeyed(led, {7, "b"}).error().code, base::ErrorCode::stale_term);
  EXPECT_EQ(obeyed(led, {8, "b"})->term.controller, "b");
}

TEST(AgentDuty, LetsWritesBeAcknowledgedOnlyWithALeaseOfTheReign) {
  const Lease held{first, at(seconds(10))};
  EXPECT_EQ(write_deadline(reigning(), held), at(seconds(10)));
  EXPECT_EQ(write_deadline(standing_by(), held), base::Instant{});
  EXPECT_EQ(write_deadline(reigning(second), held), base::Instant{}) << "a lease of another epoch";
  EXPECT_EQ(write_deadline(*fenced(reigning(), first), held), base::Instant{}) << "fenced";
  EXPECT_EQ(write_deadline(*accepted(reigning(), second), held), base::Instant{}) << "a newer epoch was heard of";
  EXPECT_EQ(write_deadline(lost(reigning()), held), base::Instant{}) << "the region was lost and came back";
}

TEST(AgentDuty, OpensInANewEpochAfterAFenceAndNeverInTheFencedOne) {
  const auto duty = *fenced(reigning(), first);
  EXPECT_EQ(opened(duty, first).error().code, base::ErrorCode::stale_epoch);
  EXPECT_TRUE(wants_lease(*opened(duty, second)));
}

TEST(AgentDuty, ClosesWhenItsLeaseHasEndedAndOpensWhenOneComes) {
  const auto duty = reigning();
  const Lease held{first, at(seconds(10))};
  const auto since = at(seconds(0));
  EXPECT_EQ(judge(duty, held, since, ttl, at(seconds(9)), false), LeaseAction::none);
  EXPECT_EQ(judge(duty, held, since, ttl, at(seconds(10)), false), LeaseAction::close);
  EXPECT_EQ(judge(duty, held, since, ttl, at(seconds(10)), true), LeaseAction::none);
  EXPECT_EQ(judge(duty, {first, at(seconds(20))}, since, ttl, at(seconds(11)), true), LeaseAction::open);
}

TEST(AgentDuty, WaitsForAFirstLeaseBeforeItCloses) {
  EXPECT_EQ(judge(reigning(), {}, at(seconds(100)), ttl, at(seconds(105)), false), LeaseAction::none);
  EXPECT_EQ(judge(reigning(), {}, at(seconds(100)), ttl, at(seconds(110)), false), LeaseAction::close);
  EXPECT_EQ(judge(standing_by(), {}, at(seconds(0)), ttl, at(seconds(999)), false), LeaseAction::none);
}

TEST(AgentDuty, GrantsTheOtherRegionOnlyInTheReignThatItKnows) {
  const LeaseRequest request{first, at(seconds(1))};
  EXPECT_TRUE(grant(standing_by(), east, request, ttl));
  EXPECT_FALSE(grant(reigning(), west, request, ttl)) << "the active region grants nothing";
  EXPECT_FALSE(grant(standing_by(), west, request, ttl)) << "another region reigns";
  EXPECT_FALSE(grant(*accepted(standing_by(), second), east, request, ttl)) << "a newer epoch is promised";
  EXPECT_FALSE(grant(standing_by(second), east, request, ttl)) << "its epoch is over";
}

}  // namespace
}  // namespace lifeboat::engine
