#include "engine/grants.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/step.h"
#include "engine/test_regions.h"

namespace lifeboat::engine {
namespace {

using base::Milliseconds;

/// A built, protected stack whose two agents ask for leases with every answer, and no power switch.
class Grants : public testing::Test {
 protected:
  explicit Grants(bool automatic = false) {
    engine::Setup setup{.home = east, .standby = west, .assets = {}};
    setup.power_switch = false;
    setup.automatic = automatic;
    setup.lease_time_to_live = Milliseconds(2000);
    setup.hold_down = Milliseconds(60'000);
    state = initial_state(setup);
    give(Up{plan::Plan{east, {east, west}, {}}});
    while (!effects.empty()) answer_all();
    state.standby_is_replica = true;
  }

  StepResult input(InputBody body, Milliseconds later = Milliseconds(1)) {
    now += later;
    auto result = step(state, {{now, wall()}, std::move(body)});
    take(state, result);
    effects.insert(effects.end(), result.effects.begin(), result.effects.end());
    grants.insert(grants.end(), result.grants.begin(), result.grants.end());
    return result;
  }
  base::WallTime wall() const {
    return base::WallTime(std::chrono::duration_cast<Milliseconds>(now.time_since_epoch()));
  }
  Reply give(Command command) { return *input(CommandGiven{std::move(command)}).reply; }
  void answer_all() {
    for (const auto& effect : std::exchange(effects, {})) input(EffectFinished{effect.id, outcome_of(effect)});
  }
  static Outcome outcome_of(const Effect& effect) {
    if (std::holds_alternative<ConfirmService>(effect.body)) return ServiceConfirmation{"us-east-2", 1};
    if (std::holds_alternative<PromiseEpoch>(effect.body)) return LeasePromise{Milliseconds(1500)};
    return Done{};
  }
  void probe(const base::RegionName& region, bool answers, std::optional<Milliseconds> heard = {}) {
    Probe probe{region, answers, answers, "", wall()};
    if (answers) probe.lease_request = LeaseRequest{state.epoch, now};
    probe.heard_of_other = heard;
    input(probe);
  }
  void lose_east(std::optional<Milliseconds> heard = {}) {
    for (int i = 0; i < 3; ++i) {
      probe(west, true, heard);
      probe(east, false);
    }
  }
  Reply fail_over() {
    Failover failover;
    failover.options.readiness.predicted_loss = Milliseconds(0);
    return give(failover);
  }
  bool is_issued(const std::string& step) const {
    return std::ranges::any_of(effects, [&](const Effect& effect) { return effect.id.value.ends_with(step); });
  }

  base::Instant now{};
  State state;
  std::vector<Effect> effects;
  std::vector<LeaseGrant> grants;
};

TEST_F(Grants, TheActiveRegionIsGrantedWhatItAsksForAndNobodyElse) {
  probe(east, true);
  probe(west, true);
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants.front().region, east);
  EXPECT_EQ(grants.front().epoch, base::Epoch{1});
  EXPECT_EQ(grants.front().time_to_live, Milliseconds(2000));
}

TEST_F(Grants, ALeaseIsRenewedWhenItIsDueAndNotWithEveryProbe) {
  probe(east, true);
  probe(east, true);
  EXPECT_EQ(grants.size(), 1u);
  input(Tick{}, Milliseconds(250));
  probe(east, true);
  EXPECT_EQ(grants.size(), 2u);
}

TEST_F(Grants, NobodyIsGrantedAnythingWhileAFenceIsUnderWay) {
  probe(east, true);
  ASSERT_TRUE(fail_over());
  grants.clear();
  input(Tick{}, Milliseconds(1000));
  probe(east, true);
  probe(west, true);
  EXPECT_TRUE(grants.empty());
}

TEST_F(Grants, ThePromotedRegionIsGrantedTheNewEpochAtOnce) {
  probe(west, true);
  ASSERT_TRUE(fail_over());
  answer_all();
  grants.clear();
  input(Tick{}, Milliseconds(3000));
  probe(west, true);
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants.front().region, west);
  EXPECT_EQ(grants.front().epoch, base::Epoch{2});
}

TEST_F(Grants, AFenceByExpiryWaitsForThePromiseAndForBothGranters) {
  input(Tick{}, Milliseconds(5000));
  probe(east, true);  // Granted until 2020 ms from now.
  probe(west, true);
  ASSERT_TRUE(fail_over());
  EXPECT_TRUE(is_issued("/promise"));
  EXPECT_FALSE(is_issued("/fence")) << "the engine itself certifies an expiry";
  input(Tick{}, Milliseconds(4000));
  EXPECT_FALSE(is_issued("/promote")) << "the other granter has not promised yet";
  answer_all();  // Its last lease is over in 1500 ms of its own clock.
  input(Tick{}, Milliseconds(1510));
  EXPECT_FALSE(is_issued("/promote"));
  input(Tick{}, Milliseconds(10));
  EXPECT_TRUE(is_issued("/promote"));
  ASSERT_TRUE(state.operation->certificate);
  EXPECT_EQ(state.operation->certificate->method, FenceMethod::expiry);
  EXPECT_EQ(state.operation->certificate->epoch, base::Epoch{1});
}

TEST_F(Grants, AControllerThatHasJustStartedAnswersForWhatItMayHaveGranted) {
  input(Tick{}, Milliseconds(5000));
  probe(west, true);
  ASSERT_TRUE(fail_over());
  answer_all();
  state.watch = {};  // The process ends here; its successor knows the records alone.
  effects.clear();
  input(Tick{}, Milliseconds(2000));
  input(Tick{}, Milliseconds(2010));
  EXPECT_FALSE(is_issued("/promote"));
  input(Tick{}, Milliseconds(20));
  EXPECT_TRUE(is_issued("/promote"));
}

TEST_F(Grants, AnAbortedFailoverReopensTheOldRegionInTheNewEpoch) {
  probe(west, true);
  ASSERT_TRUE(fail_over());
  ASSERT_TRUE(give(Abort{}));
  answer_all();
  EXPECT_EQ(state.operation->phase, Phase::reopening);
  grants.clear();
  probe(east, true);
  ASSERT_EQ(grants.size(), 1u);
  EXPECT_EQ(grants.front().epoch, base::Epoch{2});
  while (!effects.empty()) answer_all();
  EXPECT_FALSE(state.operation);
  EXPECT_EQ(state.history.front().ended->verdict, Verdict::undone);
  EXPECT_EQ(state.active_region, east);
}

TEST_F(Grants, APromotionIsNotAborted) {
  probe(west, true);
  ASSERT_TRUE(fail_over());
  answer_all();
  input(Tick{}, Milliseconds(3000));
  const auto refused = give(Abort{});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::no_way_back);
}

class Automatic : public Grants {
 protected:
  Automatic() : Grants(true) {
    input(Tick{}, Milliseconds(100'000));
    probe(east, true);
    probe(west, true);
    input(Observation{true, Readiness{true, {}, Milliseconds(0)}});
  }
  std::string last_refusal() {
    const auto result = input(Tick{});
    return state.watch.refused_because;
  }
};

TEST_F(Automatic, ALostRegionIsFailedOverWhenTheOtherDoesNotHearItEither) {
  lose_east(Milliseconds(10'000));
  ASSERT_TRUE(state.operation);
  EXPECT_EQ(state.operation->started.trigger, Trigger::automatic);
  EXPECT_EQ(state.operation->started.method, FenceMethod::expiry);
}

TEST_F(Automatic, NothingGoesWhileTheOtherRegionStillHearsIt) {
  lose_east(Milliseconds(20));
  EXPECT_FALSE(state.operation);
  EXPECT_NE(last_refusal().find("still hears"), std::string::npos);
}

TEST_F(Automatic, NothingGoesWhileTheOtherRegionIsSilentToo) {
  for (int i = 0; i < 3; ++i) {
    probe(east, false);
    probe(west, false);
  }
  EXPECT_FALSE(state.operation);
  EXPECT_NE(last_refusal().find("does not answer either"), std::string::npos);
}

TEST_F(Automatic, NothingGoesWhenTheRegionAnswersAgain) {
  lose_east(Milliseconds(20));
  probe(east, true);
  probe(west, true, Milliseconds(10'000));
  EXPECT_TRUE(state.lost.contains(east)) << "it has to answer three times";
  EXPECT_FALSE(state.operation);
}

TEST_F(Automatic, OneLookThatFailedIsNoSecondWitness) {
  lose_east(Milliseconds(600));
  EXPECT_FALSE(state.operation);
  probe(west, true, Milliseconds(1000));
  EXPECT_TRUE(state.operation);
}

TEST_F(Automatic, NothingGoesWithoutReadiness) {
  input(Observation{true, Readiness{false, {"the replica does not stream"}, std::nullopt}});
  lose_east(Milliseconds(10'000));
  EXPECT_FALSE(state.operation);
  EXPECT_NE(last_refusal().find("the replica does not stream"), std::string::npos);
}

TEST_F(Automatic, NothingGoesWhenMoreWouldBeLostThanTheObjectiveAllows) {
  input(Observation{true, Readiness{true, {}, Milliseconds(60'000)}});
  lose_east(Milliseconds(10'000));
  EXPECT_FALSE(state.operation);
  EXPECT_NE(last_refusal().find("RPO"), std::string::npos);
}

TEST_F(Automatic, ARefusalIsRecordedOnceForEachReason) {
  lose_east(Milliseconds(20));
  int recorded = 0;
  for (int i = 0; i < 5; ++i) recorded += static_cast<int>(input(Tick{}).records.size());
  EXPECT_EQ(recorded, 0);
}

TEST_F(Automatic, AWriterThatHasJustMovedStays) {
  lose_east(Milliseconds(10'000));
  ASSERT_TRUE(state.operation);
  ASSERT_TRUE(give(Abort{}));
  answer_all();
  while (!effects.empty()) answer_all();
  ASSERT_FALSE(state.operation);
  EXPECT_NE(last_refusal().find("moved less than"), std::string::npos);
}

TEST_F(Grants, AnEmptyJournalGoesOnFromWhatBothAgentsKnow) {
  State fresh = initial_state(state.setup);
  AgentDuty reigns = *assigned({}, model::RegionRole::active, west, base::Epoch{4});
  AgentDuty stands_by = *assigned({}, model::RegionRole::standby, west, base::Epoch{4});
  stands_by = *accepted(stands_by, base::Epoch{5});
  Probe from_west{west, true, true, "", wall()};
  from_west.duty = reigns;
  from_west.obeys = true;
  Probe from_east{east, true, true, "", wall()};
  from_east.duty = stands_by;
  take(fresh, step(fresh, {{now, wall()}, from_east}));
  EXPECT_EQ(fresh.epoch.value, 0u) << "an agent that obeys somebody else may be told otherwise yet";
  from_east.obeys = true;
  take(fresh, step(fresh, {{now, wall()}, from_west}));
  EXPECT_EQ(fresh.epoch.value, 0u) << "one agent may be behind";
  take(fresh, step(fresh, {{now, wall()}, from_east}));
  EXPECT_EQ(fresh.active_region, west);
  EXPECT_EQ(fresh.epoch.value, 4u);
  EXPECT_EQ(fresh.promised_epoch.value, 6u) << "the next up begins an epoch that nobody has heard of";
  EXPECT_FALSE(fresh.standby_is_replica) << "no agent's duty says so; a reprotect finds out";
}

}  // namespace
}  // namespace lifeboat::engine
