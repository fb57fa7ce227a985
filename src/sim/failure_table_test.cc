#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/table.h"
#include "sim/stage.h"

// The failure table, row by row: what goes wrong, and what has to come of it. docs/simulator.md has it for people.

namespace lifeboat::sim {
namespace {

using engine::Phase;

Settings automatic(Random&) {
  auto settings = calm_settings();
  settings.setup.automatic = true;
  return settings;
}

class FailureTable : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(stage.begin());
    ASSERT_TRUE(stage.operators.up());
    ASSERT_TRUE(stage.become_well(20 * second)) << stage.operators.missing();
    // An automatic failover is judged by a readiness that was verified while the region answered.
    stage.pass(2 * second);
  }
  void TearDown() override {
    stage.converge();
    const auto& violation = stage.ground.violation();
    EXPECT_FALSE(violation) << violation->checker << ": " << violation->message;
  }

  const engine::State& state() { return *world.leading()->state(); }
  bool serves(const Region& region, std::uint64_t epoch) {
    const auto before = world.checkers.last_acknowledgement();
    return stage.wait_for(5 * second, [&] {
      return region.can_commit() && region.page.epoch.value == epoch && world.checkers.last_acknowledgement() > before;
    });
  }
  /// The writer has moved to the standby region, in that epoch.
  bool failed_over(std::uint64_t epoch = 2) {
    return stage.wait_for(20 * second, [&] { return world.leading() != nullptr && state().epoch.value == epoch; }) &&
           state().active_region == standby_region() && serves(world.standby, epoch);
  }
  void cut(Site one, Site other) {
    world.network.block(one, other);
    world.network.block(other, one);
  }
  /// Nothing fails and nobody is failed over for so long.
  void expect_service_goes_on(Time span) {
    const auto failed = world.clients.failed();
    const auto answered = world.clients.answered();
    stage.pass(span);
    EXPECT_EQ(world.clients.failed(), failed);
    EXPECT_GT(world.clients.answered(), answered);
    EXPECT_EQ(world.checkers.newest_epoch().value, 1u);
  }
  bool was_seen(const std::string& what) { return stage.ground.seen[what] > 0; }

  Stage stage{1, automatic, {}};
  World& world = stage.world;
  Process late_client{stage.ground.scheduler, "a client that knows the old address"};
};

TEST_F(FailureTable, ActiveRegionDead) {
  world.home.power_off();
  EXPECT_TRUE(failed_over());
  EXPECT_TRUE(was_seen("failover by automatic, fenced by expiry"));
}

TEST_F(FailureTable, ActiveRegionHung) {
  world.home.pause(false);
  EXPECT_TRUE(failed_over());
  world.home.resume();
  stage.pass(3 * second);
  EXPECT_FALSE(world.home.can_commit());
}

TEST_F(FailureTable, ActiveRegionsAgentHung) {
  world.home.pause(true);
  EXPECT_TRUE(failed_over());
  EXPECT_TRUE(was_seen("failover by automatic, fenced by expiry"));
  EXPECT_FALSE(world.home.can_commit());
  world.home.resume();
  stage.pass(3 * second);
  EXPECT_EQ(world.home.door.mode, model::TrafficMode::closed);
}

TEST_F(FailureTable, PartitionedFromTheControllerOnly) {
  cut(Site::controller, Site::home);
  expect_service_goes_on(15 * second);
  EXPECT_TRUE(was_seen("automatic failover refused"));
}

TEST_F(FailureTable, PartitionedFromTheOtherRegionOnly) {
  cut(Site::home, Site::standby);
  expect_service_goes_on(15 * second);
  EXPECT_FALSE(world.leading()->readiness().ready);
}

TEST_F(FailureTable, PartitionedFromBoth) {
  cut(Site::home, Site::controller);
  cut(Site::home, Site::standby);
  EXPECT_TRUE(failed_over());
  EXPECT_FALSE(world.home.can_commit());
  EXPECT_TRUE(was_seen("an agent fences itself"));
}

TEST_F(FailureTable, Flapping) {
  for (int times = 0; times < 40; ++times) {
    cut(Site::home, Site::controller);
    stage.pass(120 * millisecond);
    world.network.heal();
    stage.pass(200 * millisecond);
  }
  EXPECT_EQ(state().epoch.value, 1u);
  EXPECT_TRUE(serves(world.home, 1));
}

TEST_F(FailureTable, ControllerDead) {
  world.controller.crash();
  stage.faults.leave_dead(world.controller.process, stage.ground.now() + 600 * second);
  expect_service_goes_on(60 * second);
}

TEST_F(FailureTable, ControllerPausedForAMinute) {
  world.controller.process.pause();
  expect_service_goes_on(60 * second);
  world.controller.process.resume();
  expect_service_goes_on(10 * second);
}

TEST_F(FailureTable, ControllerRestartedWithAnEmptyDisk) {
  world.controller.lose_disk();
  expect_service_goes_on(5 * second);
  EXPECT_TRUE(was_seen("an empty journal adopts"));
  EXPECT_EQ(state().epoch.value, 1u);
  EXPECT_EQ(state().active_region, home_region());
  EXPECT_TRUE(stage.become_well(20 * second)) << "an up begins a new epoch, a reprotect makes sure of the standby";
  EXPECT_EQ(state().epoch.value, 3u) << "the adoption promises epoch 2 to nobody, so that the up begins another one";
  EXPECT_TRUE(stage.operators.give(engine::Switchover{true, {}}));
  EXPECT_TRUE(failed_over(4));
}

TEST_F(FailureTable, TwoControllers) {
  world.second_controller.start();
  expect_service_goes_on(5 * second);
  EXPECT_TRUE(world.controller.superseded);
  EXPECT_EQ(world.leading(), &world.second_controller);
  EXPECT_EQ(state().epoch.value, 1u) << "it has adopted what the agents know";
}

TEST_F(FailureTable, StandbyRegionDead) {
  world.standby.power_off();
  expect_service_goes_on(10 * second);
  EXPECT_FALSE(world.leading()->readiness().ready);
  ASSERT_TRUE(stage.operators.give(engine::Switchover{}));
  EXPECT_FALSE(state().operation) << "a switchover to a dead region is refused";
}

TEST_F(FailureTable, AgentDeadItsRegionAlive) {
  world.home.agent.process.crash();
  expect_service_goes_on(5 * second);
  EXPECT_TRUE(world.home.agent.process.up()) << "its supervisor has started it again";
}

TEST_F(FailureTable, LeaseGrantedAndAnswerLost) {
  world.network.lose_answers(Site::home, true);
  stage.pass(500 * millisecond);
  world.network.lose_answers(Site::home, false);
  EXPECT_TRUE(serves(world.home, 1));
  EXPECT_EQ(state().epoch.value, 1u);
}

TEST_F(FailureTable, PromotionDoneAndAnswerLost) {
  world.home.power_off();
  const auto promoting = [&] {
    return world.standby.record.state == WriterRecord::State::promoting && world.standby.holds_lease();
  };
  ASSERT_TRUE(stage.wait_for(20 * second, promoting));
  world.network.lose_answers(Site::standby, true);
  stage.pass(2 * second);
  EXPECT_EQ(world.standby.record.state, WriterRecord::State::open);
  EXPECT_EQ(state().epoch.value, 1u) << "the controller has not heard of it";
  world.network.lose_answers(Site::standby, false);
  EXPECT_TRUE(failed_over());
}

TEST_F(FailureTable, BothDatabaseNodesDieAtOnce) {
  const auto position = world.home.database.position();
  world.home.database.process.crash();
  EXPECT_TRUE(serves(world.home, 1)) << "the agent has started them again, with everything that they had";
  EXPECT_GT(world.home.database.position(), position);
}

/// What an operation that waits for the DNS provider says.
std::string last_error(const engine::State& state) {
  for (const auto& [id, progress] : state.operation->progress) {
    if (!progress.done && !progress.last_error.empty()) return id.value + ": " + progress.last_error;
  }
  return "";
}

TEST_F(FailureTable, DnsProviderDownInAFailover) {
  world.home.power_off();
  world.dns.down = true;
  stage.pass(10 * second);
  world.home.power_on();
  stage.pass(10 * second);
  ASSERT_TRUE(state().operation) << "it waits for the DNS provider";
  EXPECT_EQ(state().operation->phase, Phase::directing);
  EXPECT_EQ(last_error(state()), "failover-2/dns: the DNS server does not answer");
  EXPECT_EQ(world.dns.record(), home_region());
  EXPECT_FALSE(world.home.can_commit());
  EXPECT_EQ(world.home.door.mode, model::TrafficMode::closed);
  world.dns.down = false;
  EXPECT_TRUE(stage.wait_for(20 * second, [&] { return !state().operation; }));
  EXPECT_EQ(world.dns.record(), standby_region());
}

TEST_F(FailureTable, DnsProviderDownInASwitchover) {
  world.dns.down = true;
  ASSERT_TRUE(stage.operators.give(engine::Switchover{true, {}}));
  stage.pass(20 * second);
  ASSERT_TRUE(state().operation) << "it waits for the DNS provider";
  EXPECT_EQ(state().operation->phase, Phase::releasing);
  EXPECT_EQ(last_error(state()), "switchover-2/dns: the DNS server does not answer");
  EXPECT_EQ(world.home.door.mode, model::TrafficMode::forward)
      << "whoever knows its address only is served all the same";
  EXPECT_FALSE(world.home.can_commit());
  const auto before = world.checkers.last_acknowledgement();
  bool acknowledged = false;
  late_client.start();
  world.clients.write_through(world.home, {Site::clients, &late_client}, 3 * second,
                              [&](const base::Result<Ack>& ack) { acknowledged = ack.has_value(); });
  stage.pass(4 * second);
  EXPECT_TRUE(acknowledged);
  EXPECT_GT(world.checkers.last_acknowledgement(), before);
  world.dns.down = false;
  EXPECT_TRUE(stage.wait_for(20 * second, [&] { return !state().operation; }));
  EXPECT_EQ(world.dns.record(), standby_region());
}

/// The phases that an operation goes through, those that undo it aside.
std::vector<Phase> phases_of(engine::OperationKind kind) {
  std::vector<Phase> phases;
  for (const auto& row : engine::phase_table()) {
    const bool undoes = row.phase == Phase::reopening || row.phase == Phase::unholding;
    if (row.kind == kind && !undoes) phases.push_back(row.phase);
  }
  return phases;
}

class OldRegionBack : public FailureTable, public testing::WithParamInterface<Phase> {
 protected:
  bool reaches_the_phase() {
    return stage.wait_for(20 * second, [&] { return state().operation && state().operation->phase == GetParam(); });
  }
};

class OldRegionBackInAFailover : public OldRegionBack {};

TEST_P(OldRegionBackInAFailover, InTheMiddleOfAPhase) {
  world.home.power_off();
  ASSERT_TRUE(reaches_the_phase());
  world.home.power_on();
  EXPECT_TRUE(failed_over());
  EXPECT_FALSE(world.home.can_commit());
}

class OldRegionBackInASwitchover : public OldRegionBack {};

TEST_P(OldRegionBackInASwitchover, InTheMiddleOfAPhase) {
  ASSERT_TRUE(stage.operators.give(engine::Switchover{true, {}}));
  ASSERT_TRUE(reaches_the_phase());
  world.home.power_off();
  stage.pass(300 * millisecond);
  world.home.power_on();
  // Undone, superseded by a failover, or gone through with: it depends on the phase. An operator helps where one is
  // needed, and what was promised holds in any case (TearDown).
  EXPECT_TRUE(stage.become_well(60 * second)) << stage.operators.missing();
}

const auto phase_name = [](const auto& row) { return std::string(engine::to_string(row.param)); };
INSTANTIATE_TEST_SUITE_P(Phases, OldRegionBackInAFailover,
                         testing::ValuesIn(phases_of(engine::OperationKind::failover)), phase_name);
INSTANTIATE_TEST_SUITE_P(Phases, OldRegionBackInASwitchover,
                         testing::ValuesIn(phases_of(engine::OperationKind::switchover)), phase_name);

}  // namespace
}  // namespace lifeboat::sim
