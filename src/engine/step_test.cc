#include "engine/step.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/invariants.h"
#include "engine/plausible.h"
#include "engine/tasks.h"

namespace lifeboat::engine {
namespace {

Setup setup() {
  return {.home = {"us-east-2"}, .standby = {"us-west-1"}, .assets = {}};
}

/// A built, protected stack, and a failover with its fence under way.
class Step : public testing::Test {
 protected:
  Step() {
    state = initial_state(setup());
    give(Up{plan::Plan{{"us-east-2"}, {{"us-east-2"}, {"us-west-1"}}, {}}});
    while (!effects.empty()) answer_all();
  }

  StepResult input(InputBody body) {
    now += base::Milliseconds(1);
    auto result = step(
        state, {{now, base::WallTime(base::Milliseconds(now.time_since_epoch().count() / 1000000))}, std::move(body)});
    take(state, result);
    effects.insert(effects.end(), result.effects.begin(), result.effects.end());
    return result;
  }
  Reply give(Command command) { return *input(CommandGiven{std::move(command)}).reply; }
  void answer_all() {
    for (const auto& effect : std::exchange(effects, {})) input(EffectFinished{effect.id, outcome_of(effect)});
  }
  static Outcome outcome_of(const Effect& effect) {
    if (std::holds_alternative<ConfirmService>(effect.body)) return ServiceConfirmation{"us-east-2", 1};
    return Done{};
  }
  Reply fail_over() {
    Failover failover;
    failover.options.readiness.predicted_loss = base::Milliseconds(0);
    return give(failover);
  }
  static FenceCertificate certificate(std::uint64_t epoch = 1) {
    return {{"us-east-2"}, FenceMethod::power, {epoch}, {"none left"}, {}};
  }

  base::Instant now{};
  State state;
  std::vector<Effect> effects;
};

TEST_F(Step, AnUpAfterOneThatFailedReopensTheWriterOfItsEpoch) {
  const auto count_reopened = [this] {
    return std::ranges::count_if(effects,
                                 [](const Effect& effect) { return effect.id.value.ends_with("reopen/us-east-2"); });
  };
  const auto fail_all = [this] {
    while (state.operation) {
      now += base::Milliseconds(60'000);
      input(Tick{});
      for (const auto& effect : std::exchange(effects, {})) {
        const bool start =
            std::holds_alternative<StartRegion>(effect.body) || std::holds_alternative<AssignRole>(effect.body);
        if (start) {
          input(EffectFinished{effect.id, Done{}});
        } else {
          input(EffectFinished{effect.id, base::fail(base::ErrorCode::io_failed, "broken")});
        }
      }
    }
  };
  const auto up = Up{plan::Plan{{"us-east-2"}, {{"us-east-2"}}, {}}};
  ASSERT_TRUE(fail_over());
  fail_all();
  ASSERT_EQ(state.promised_epoch.value, 2u);
  ASSERT_TRUE(give(up));
  ASSERT_EQ(state.epoch.value, 3u);
  fail_all();
  ASSERT_TRUE(give(up));
  EXPECT_EQ(state.epoch.value, 3u);
  answer_all();  // start
  answer_all();  // assign
  EXPECT_EQ(count_reopened(), 1);
  while (!effects.empty()) answer_all();
  ASSERT_TRUE(give(up));
  answer_all();
  answer_all();
  EXPECT_EQ(count_reopened(), 0) << "the last one ended well";
}

TEST_F(Step, UpBuildsAndProtects) {
  EXPECT_TRUE(state.built);
  EXPECT_TRUE(state.standby_is_replica);
  EXPECT_EQ(state.epoch.value, 1u);
  EXPECT_FALSE(state.operation.has_value());
}

TEST_F(Step, TheEpochIsPromisedBeforeTheFenceIsIssued) {
  ASSERT_TRUE(fail_over().has_value());
  EXPECT_EQ(state.promised_epoch.value, 2u);
  EXPECT_EQ(state.epoch.value, 1u);
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(std::get<FenceRegion>(effects[0].body).epoch.value, 1u);
}

TEST_F(Step, ASecondAnswerChangesNothing) {
  ASSERT_TRUE(fail_over().has_value());
  const auto fence = effects[0].id;
  EXPECT_FALSE(input(EffectFinished{fence, certificate()}).records.empty());
  const auto again = input(EffectFinished{fence, certificate()});
  EXPECT_TRUE(again.records.empty());
  EXPECT_TRUE(again.effects.empty());
}

TEST_F(Step, AnAnswerNobodyAskedForChangesNothing) {
  EXPECT_TRUE(input(EffectFinished{{"failover-9/promote"}, Promotion{}}).records.empty());
}

TEST_F(Step, IsPure) {
  const Input command{{now, {}}, CommandGiven{Switchover{true, {}}}};
  EXPECT_EQ(step(state, command).explanation, step(state, command).explanation);
  EXPECT_FALSE(state.operation.has_value());
}

TEST_F(Step, ARestartIssuesTheSameEffectsAgain) {
  ASSERT_TRUE(fail_over().has_value());
  const auto fence = effects[0].id;
  state.watch = {};
  const auto result = input(Tick{});
  EXPECT_TRUE(result.records.empty());
  ASSERT_EQ(result.effects.size(), 1u);
  EXPECT_EQ(result.effects[0].id, fence);
}

TEST_F(Step, AReadinessSeenWhileTheActiveRegionIsSilentIsNotTaken) {
  Readiness good;
  good.predicted_loss = base::Milliseconds(3);
  input(Observation{true, good});
  input(Probe{{"us-east-2"}, false, false, "refused", {}});
  input(Observation{false, {}});
  EXPECT_EQ(state.watch.readiness->predicted_loss, base::Milliseconds(3));
  EXPECT_TRUE(state.is_protected());
}

TEST_F(Step, NothingIsFencedForARegionThatMissedItsLatestProbe) {
  input(Probe{{"us-west-1"}, false, true, "refused", {}});
  const auto reply = fail_over();
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, base::ErrorCode::region_unreachable);
  EXPECT_TRUE(effects.empty());
  input(Probe{{"us-west-1"}, true, true, "", {}});
  EXPECT_TRUE(fail_over().has_value());
}

TEST_F(Step, AnArmedFailoverWaitsForTheOtherRegionToAnswer) {
  Readiness good;
  good.ready = true;
  good.predicted_loss = base::Milliseconds(0);
  Arm arm;
  arm.options.readiness = good;
  ASSERT_TRUE(give(arm).has_value());
  input(Probe{{"us-west-1"}, false, false, "refused", {}});
  for (int i = 0; i < 4; ++i) input(Probe{{"us-east-2"}, false, false, "refused", {}});
  EXPECT_TRUE(state.armed.has_value()) << "waiting harms nobody";
  EXPECT_TRUE(effects.empty());
  input(Probe{{"us-west-1"}, true, true, "", {}});
  input(Probe{{"us-east-2"}, false, false, "refused", {}});
  EXPECT_EQ(effects.size(), 1u) << "the fence";
}

TEST_F(Step, SynchronyIsRecordedWhenItChangesAndAskedForOnly) {
  const auto sentences = [this](std::optional<bool> synchronous) {
    return input(Observation{true, {}, synchronous}).explanation;
  };
  EXPECT_TRUE(sentences(std::nullopt).empty());
  EXPECT_TRUE(sentences(false).empty());
  EXPECT_EQ(sentences(true),
            std::vector<std::string>{"Replication from us-east-2 to us-west-1 is synchronous: every commit waits for "
                                     "us-west-1, a loss of us-east-2 loses none."});
  EXPECT_TRUE(sentences(true).empty());
  EXPECT_EQ(sentences(false),
            std::vector<std::string>{"Replication from us-east-2 to us-west-1 is not synchronous now: commits do not "
                                     "wait for us-west-1, a loss of us-east-2 would lose writes."});
}

TEST_F(Step, AnAnsweringDoorIsNoMiss) {
  for (int i = 0; i < 10; ++i) input(Probe{{"us-east-2"}, false, true, "", {}});
  EXPECT_TRUE(state.lost.empty());
  for (int i = 0; i < 3; ++i) input(Probe{{"us-east-2"}, false, false, "", {}});
  EXPECT_TRUE(state.lost.contains({"us-east-2"}));
}

TEST_F(Step, AnEpochOfWhichOnlyTheAgentOutsideTheRegionsKnowsIsNotBegunAgain) {
  const Term mine{7, "this one"};
  input(Leads{.term = mine, .before = {6, "another"}, .newest_epoch = {5}, .claimed_at = now});
  AgentDuty duty;
  duty.active_region = {"us-east-2"};
  duty.epoch = duty.newest = {1};
  duty.term = mine;
  for (const char* region : {"us-east-2", "us-west-1"}) {
    duty.role = region == duty.active_region.value ? model::RegionRole::active : model::RegionRole::standby;
    Probe probe{{region}, true, true, "", {}};
    probe.duty = duty;
    probe.obeys = true;
    input(probe);
  }
  EXPECT_TRUE(give(Up{plan::Plan{{"us-east-2"}, {{"us-east-2"}, {"us-west-1"}}, {}}}).has_value());
  EXPECT_GT(state.promised_epoch, base::Epoch{5});
}

TEST_F(Step, WhatFailedBeforeAPlannedMoveIsNotCountedAgainstIt) {
  Operation operation;
  operation.started.from = {"us-east-2"};
  operation.started.at = base::WallTime(base::Milliseconds(60'000));
  const auto since = [&](OperationKind kind) {
    operation.started.kind = kind;
    return std::get<MeasureClients>(measuring_tasks(state, operation).front().body).since;
  };
  EXPECT_EQ(since(OperationKind::switchover), operation.started.at);
  EXPECT_EQ(since(OperationKind::failback), operation.started.at);
  EXPECT_LT(since(OperationKind::failover), operation.started.at);
}

TEST_F(Step, WithoutLeasesNoFenceWaitsForOne) {
  state.setup.leases = false;
  Failover failover;
  failover.options.method = FenceMethod::expiry;
  failover.options.readiness.predicted_loss = base::Milliseconds(0);
  const auto reply = give(failover);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().message, "nobody holds a write lease in this world, so none can run out");
  EXPECT_FALSE(state.operation);
}

TEST_F(Step, CertificatesThatCannotBeTrueAreRefused) {
  ASSERT_TRUE(fail_over().has_value());
  const auto& operation = *state.operation;
  const auto& fence = effects[0].body;
  EXPECT_FALSE(implausible(operation, fence, certificate()).has_value());
  EXPECT_TRUE(implausible(operation, fence, certificate(0)).has_value()) << "too old an epoch";
  EXPECT_TRUE(implausible(operation, fence, certificate(2)).has_value()) << "the epoch that is to begin";
  EXPECT_TRUE(implausible(operation, fence, Done{}).has_value());
  auto other = certificate();
  other.region = {"us-west-1"};
  EXPECT_TRUE(implausible(operation, fence, other).has_value());
  auto bare = certificate();
  bare.evidence.clear();
  EXPECT_TRUE(implausible(operation, fence, bare).has_value());
  EXPECT_TRUE(implausible(operation, DrainReplication{{"us-west-1"}, {100}}, Position{{99}}).has_value());
}

using StepDeathTest = Step;

TEST_F(StepDeathTest, APromotionWithoutACertificateIsADefect) {
  ASSERT_TRUE(fail_over().has_value());
  EXPECT_DEATH(assert_may_record(state, PhaseEntered{state.operation->id(), Phase::promoting, "", {}}), "P2");
  state.operation->phase = Phase::promoting;
  EXPECT_DEATH(assert_may_issue(state, {{"x"}, Promote{{"us-west-1"}, {2}}}), "P2");
  state.operation->certificate = certificate();
  assert_may_issue(state, {{"x"}, Promote{{"us-west-1"}, {2}}});
  EXPECT_DEATH(assert_may_issue(state, {{"x"}, Promote{{"us-east-2"}, {2}}}), "does not reign");
}

TEST_F(StepDeathTest, AnEpochThatDoesNotGrowIsADefect) {
  EXPECT_DEATH(assert_may_record(state, EpochPromised{{}, {1}, {}}), "epochs only grow");
}

TEST_F(StepDeathTest, AFailoverThatNeedsTheLostRegionIsADefect) {
  ASSERT_TRUE(fail_over().has_value());
  EXPECT_DEATH(assert_may_issue(state, {{"x"}, SetTraffic{{"us-east-2"}, model::TrafficMode::closed, {2}}}),
               "does not need the lost region");
}

}  // namespace
}  // namespace lifeboat::engine
