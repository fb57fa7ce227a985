#include <gtest/gtest.h>

#include <algorithm>

#include "engine/report.h"
#include "engine/step.h"

namespace lifeboat::engine {
namespace {

Setup drill_setup() {
  Setup setup{.home = {"us-east-2"}, .standby = {"us-west-1"}, .assets = {}};
  setup.automatic = true;
  return setup;
}

/// A built, protected stack whose regions answer.
class Drills : public testing::Test {
 protected:
  Drills() {
    state = initial_state(drill_setup());
    give(Up{plan::Plan{{"us-east-2"}, {{"us-east-2"}, {"us-west-1"}}, {}}});
    while (!effects.empty()) answer_all();
    Observation observation;
    observation.standby_streams = true;
    observation.readiness = Readiness{true, {}, base::Milliseconds(0)};
    input(observation);
    probe("us-east-2", true);
    probe("us-west-1", true);
  }

  StepResult input(InputBody body) {
    now += base::Milliseconds(1);
    auto result = step(
        state, {{now, base::WallTime(base::Milliseconds(now.time_since_epoch().count() / 1000000))}, std::move(body)});
    take(state, result);
    effects.insert(effects.end(), result.effects.begin(), result.effects.end());
    records.insert(records.end(), result.records.begin(), result.records.end());
    return result;
  }
  Reply give(Command command) { return *input(CommandGiven{std::move(command)}).reply; }
  void probe(const char* region, bool answers) {
    Probe probe;
    probe.region = {region};
    probe.agent_answered = probe.door_answered = answers;
    if (!answers) probe.heard_of_other = base::Milliseconds(60'000);
    input(probe);
  }
  void answer_all() {
    for (const auto& effect : std::exchange(effects, {})) input(EffectFinished{effect.id, outcome_of(effect)});
  }
  void fail(const base::Error& error) {
    for (const auto& effect : std::exchange(effects, {})) {
      input(EffectFinished{effect.id, std::unexpected(error)});
    }
  }
  /// Until the engine gives up and does something else.
  void fail_for_good(const base::Error& error) {
    const auto step = step_name();
    for (int tries = 0; tries < 10 && step_name() == step; ++tries) {
      fail(error);
      now += base::Milliseconds(20'000);
      input(Tick{});
    }
  }
  static Outcome outcome_of(const Effect& effect) {
    if (std::holds_alternative<ConfirmService>(effect.body)) return ServiceConfirmation{"us-east-2", 1};
    if (std::holds_alternative<CloneForDrill>(effect.body)) return Position{{7}};
    if (std::holds_alternative<RehearseFailover>(effect.body)) {
      return Rehearsal{base::Milliseconds(300), base::Milliseconds(20), base::Milliseconds(50), "us-west-1/drill-web",
                       1};
    }
    return Done{};
  }
  std::string step_name() const {
    if (effects.size() != 1) return std::to_string(effects.size()) + " effects";
    const auto& id = effects.front().id.value;
    return id.substr(id.find('/') + 1);
  }
  const Operation& last() const { return state.history.front(); }

  base::Instant now{};
  State state;
  std::vector<Effect> effects;
  std::vector<Record> records;
};

const base::Error refused{base::ErrorCode::postgres_failed, "no", ""};

TEST_F(Drills, A_clone_is_made_rehearsed_with_and_discarded) {
  const auto before = state;
  ASSERT_EQ(give(Drill{}).value_or(base::OperationId{}).value, "drill-2");
  for (const auto* name : {"clone", "rehearse", "discard"}) {
    EXPECT_EQ(step_name(), name);
    EXPECT_TRUE(state.drilled.contains({"us-west-1"}));
    answer_all();
  }
  EXPECT_EQ(last().ended->verdict, Verdict::done);
  EXPECT_TRUE(state.drilled.empty());
  EXPECT_EQ(state.active_region, before.active_region);
  EXPECT_EQ(state.epoch, before.epoch);
  EXPECT_EQ(state.promised_epoch, before.promised_epoch);
  EXPECT_TRUE(state.is_protected());
  const auto report = build_report(records, {"drill-2"});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->phases.promote_ms, 300);
  EXPECT_EQ(report->phases.dns_ms, 20);
  EXPECT_EQ(report->phases.client_ms, 50);
  EXPECT_EQ(report->rto_ms, std::nullopt) << "nothing was recovered";
}

TEST_F(Drills, What_fails_is_discarded_and_says_why) {
  ASSERT_TRUE(give(Drill{}));
  fail_for_good(refused);
  EXPECT_EQ(step_name(), "discard");
  answer_all();
  EXPECT_EQ(last().ended->verdict, Verdict::failed);
  EXPECT_EQ(last().ended->error->message, "no");
  EXPECT_TRUE(state.drilled.empty());
}

TEST_F(Drills, An_aborted_one_is_discarded) {
  ASSERT_TRUE(give(Drill{}));
  ASSERT_TRUE(give(Abort{}));
  answer_all();  // The clone that was under way.
  EXPECT_EQ(step_name(), "discard");
  EXPECT_EQ(give(Abort{}).value_or(base::OperationId{}).value, "drill-2") << "it was asked for already";
  answer_all();
  EXPECT_EQ(last().ended->verdict, Verdict::failed);
}

TEST_F(Drills, Discarding_is_tried_until_it_is_done) {
  ASSERT_TRUE(give(Drill{}));
  fail_for_good(refused);
  for (int tries = 0; tries < 20; ++tries) {
    ASSERT_EQ(step_name(), "discard");
    fail(refused);
    now += base::Milliseconds(20'000);
    input(Tick{});
  }
  answer_all();
  EXPECT_TRUE(state.drilled.empty());
}

TEST_F(Drills, A_failover_goes_before_and_what_is_left_is_removed_afterwards) {
  ASSERT_TRUE(give(Drill{}));
  answer_all();
  ASSERT_EQ(step_name(), "rehearse");
  effects.clear();
  Failover failover;
  failover.options.readiness.predicted_loss = base::Milliseconds(0);
  ASSERT_EQ(give(failover).value_or(base::OperationId{}).value, "failover-3");
  EXPECT_EQ(last().ended->verdict, Verdict::superseded);
  for (int steps = 0; state.operation && steps < 20; ++steps) {
    for (const auto& effect : std::exchange(effects, {})) {
      if (const auto* fence = std::get_if<FenceRegion>(&effect.body)) {
        input(EffectFinished{effect.id, FenceCertificate{fence->region, fence->method, fence->epoch, {"none"}, {}}});
      } else if (std::holds_alternative<Promote>(effect.body)) {
        input(EffectFinished{effect.id, Promotion{"db-1", 2, {9}}});
      } else if (std::holds_alternative<MeasureClients>(effect.body)) {
        input(EffectFinished{effect.id, ClientView{}});
      } else {
        input(EffectFinished{effect.id, outcome_of(effect)});
      }
    }
  }
  EXPECT_EQ(state.active_region.value, "us-west-1");
  input(Tick{});
  ASSERT_TRUE(state.operation);
  EXPECT_EQ(state.operation->id().value, "drill-4");
  EXPECT_EQ(step_name(), "discard");
  answer_all();
  EXPECT_EQ(last().ended->verdict, Verdict::done);
  EXPECT_TRUE(state.drilled.empty());
  EXPECT_FALSE(state.operation);
}

TEST_F(Drills, A_loss_is_answered_by_itself_all_the_same) {
  ASSERT_TRUE(give(Drill{}));
  for (int misses = 0; misses < 5; ++misses) {
    now += base::Milliseconds(400'000);
    Probe standby;
    standby.region = {"us-west-1"};
    standby.agent_answered = standby.door_answered = true;
    standby.heard_of_other = base::Milliseconds(60'000);
    input(standby);
    probe("us-east-2", false);
  }
  ASSERT_TRUE(state.operation);
  EXPECT_EQ(state.operation->started.kind, OperationKind::failover);
  EXPECT_EQ(state.operation->started.trigger, Trigger::automatic);
}

TEST_F(Drills, Whose_removal_does_not_end_keep_nobody_waiting) {
  ASSERT_TRUE(give(Drill{}));
  fail_for_good(refused);
  ASSERT_EQ(step_name(), "discard");
  EXPECT_TRUE(give(ReprotectRegion{})) << "nothing of the drill is in its way";
  EXPECT_EQ(last().ended->verdict, Verdict::superseded);
  EXPECT_TRUE(state.drilled.contains({"us-west-1"})) << "it is removed afterwards";
}

TEST_F(Drills, Of_a_lost_journal_are_looked_for_in_both_regions) {
  state = fold(std::move(state), Adopted{{"us-east-2"}, {1}, {1}, true, "", {}});
  for (const auto* region : {"us-east-2", "us-west-1"}) {
    input(Tick{});
    ASSERT_TRUE(state.operation);
    EXPECT_EQ(state.operation->started.to.value, region);
    EXPECT_EQ(step_name(), "discard");
    answer_all();
  }
  EXPECT_TRUE(state.drilled.empty());
  input(Tick{});
  EXPECT_FALSE(state.operation);
}

TEST_F(Drills, Without_a_standby_there_is_nothing_to_rehearse_with) {
  state.standby_is_replica = false;
  const auto reply = give(Drill{});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, base::ErrorCode::not_a_replica);
}

TEST_F(Drills, A_region_that_is_silent_is_not_drilled_in_and_is_cleaned_up_when_it_answers) {
  state.drilled.insert({"us-west-1"});
  probe("us-west-1", false);
  EXPECT_FALSE(state.operation);
  probe("us-west-1", true);
  ASSERT_TRUE(state.operation);
  EXPECT_EQ(step_name(), "discard");
}

}  // namespace
}  // namespace lifeboat::engine
