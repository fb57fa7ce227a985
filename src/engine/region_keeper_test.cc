#include "engine/region_keeper.h"

#include <gtest/gtest.h>

namespace lifeboat::engine {
namespace {

using model::RegionRole;

/// A region of two nodes; each test bends it and looks at what is decided.
class RegionKeeper : public testing::Test {
 protected:
  RegionKeeper() {
    view.role = RegionRole::active;
    view.epoch = {1};
    view.nodes = {writer("db-1"), standby("db-2", "db-1")};
    first().required.standby = "db-2";
    memory.durable = {"db-1", "db-2", ""};
  }

  static KeptNode writer(std::string name) {
    KeptNode node;
    node.name = std::move(name);
    node.installed = node.running = node.answering = node.accepts_writes = node.settings_in_force = true;
    node.timeline = 1;
    node.position = {1000};
    return node;
  }
  static KeptNode standby(std::string name, std::string upstream) {
    KeptNode node = writer(std::move(name));
    node.accepts_writes = false;
    node.standby_on_disk = node.streaming = node.synchronous = true;
    node.upstream = std::move(upstream);
    return node;
  }
  static void die(KeptNode& node) {
    node.running = node.answering = node.accepts_writes = node.streaming = node.synchronous = false;
    node.upstream.clear();
  }
  KeptNode& first() { return view.nodes[0]; }
  KeptNode& second() { return view.nodes[1]; }

  /// One step after `ms`; the decisions' sentences.
  std::vector<std::string> after(int ms) {
    view.now += base::Milliseconds(ms);
    last = keep(memory, policy, view);
    memory = last.memory;
    std::vector<std::string> sentences;
    for (const auto& decision : last.decisions) sentences.push_back(decision.sentence);
    return sentences;
  }
  template <class Action>
  const Action* decided() const {
    return last.decisions.empty() ? nullptr : std::get_if<Action>(&last.decisions.front().action);
  }

  KeeperMemory memory;
  KeeperPolicy policy;
  KeeperView view;
  KeeperStep last;
};

TEST_F(RegionKeeper, LeavesAHealthyRegionAlone) {
  EXPECT_TRUE(after(0).empty());
  EXPECT_TRUE(after(10'000).empty());
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "db-2", ""}));
}

TEST_F(RegionKeeper, PromotesTheSynchronousStandbyOfALostWriter) {
  after(0);
  die(first());
  second().streaming = false;
  EXPECT_TRUE(after(100).empty());
  EXPECT_TRUE(after(1900).empty());
  EXPECT_EQ(after(100),
            std::vector<std::string>{"The writer db-1 is lost; promoting db-2, the synchronous standby, at 0/3E8."});
  ASSERT_NE(decided<PromoteNode>(), nullptr);
  EXPECT_EQ(decided<PromoteNode>()->node, "db-2");
  EXPECT_EQ(decided<PromoteNode>()->instead_of, "db-1");
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-2", "", ""})) << "durable before the promotion";
}

TEST_F(RegionKeeper, AHungWriterIsLostToo) {
  after(0);
  first().answering = first().accepts_writes = false;
  after(100);
  EXPECT_EQ(after(1900), std::vector<std::string>{});
  after(100);
  EXPECT_NE(decided<PromoteNode>(), nullptr);
}

TEST_F(RegionKeeper, DoesNotPromoteForAShortSilence) {
  after(0);
  first().answering = false;
  EXPECT_TRUE(after(1500).empty());
  first().answering = true;
  EXPECT_TRUE(after(50).empty());
  first().answering = false;
  EXPECT_TRUE(after(1500).empty());
}

TEST_F(RegionKeeper, RebuildsTheOldWriterAfterThePromotion) {
  memory.durable = {"db-2", "", ""};
  view.nodes = {writer("db-1"), writer("db-2")};
  die(first());
  EXPECT_EQ(after(0), std::vector<std::string>{"Rebuilding db-1 as a standby of db-2: it was the writer before."});
  first().busy = true;
  EXPECT_TRUE(after(5000).empty());
  first() = standby("db-1", "db-2");
  first().synchronous = false;
  EXPECT_EQ(after(100), std::vector<std::string>{"db-1 streams; from now on every commit of db-2 waits for it."});
  EXPECT_EQ(memory.durable.synchronous_standby, "") << "not before it was seen synchronous";
  second().required.standby = "db-1";
  first().synchronous = true;
  after(100);
  EXPECT_EQ(memory.durable.synchronous_standby, "db-1");
}

TEST_F(RegionKeeper, ANewSynchronousStandbyCountsOnceItHasWhatTheWriterHad) {
  memory.durable.synchronous_standby.clear();
  second().position = {400};
  EXPECT_TRUE(after(0).empty());
  EXPECT_EQ(memory.durable.synchronous_standby, "");
  first().position = {2000};
  second().position = {1000};
  after(100);
  EXPECT_EQ(memory.durable.synchronous_standby, "db-2");
}

TEST_F(RegionKeeper, RefusesToPromoteAStandbyThatWasNotSynchronous) {
  memory.durable.synchronous_standby.clear();
  after(0);
  memory.durable.synchronous_standby.clear();
  die(first());
  second().synchronous = second().streaming = false;
  EXPECT_EQ(after(0),
            std::vector<std::string>{
                "Starting db-1 again: it is the writer, and no standby is known to have every acknowledged write."});
  EXPECT_TRUE(after(500).empty()) << "it is given time";
  EXPECT_NE(after(600), std::vector<std::string>{});
  EXPECT_NE(decided<StartNode>(), nullptr);
}

TEST_F(RegionKeeper, FinishesAPromotionThatDidNotComeThrough) {
  memory.durable = {"db-2", "", ""};
  die(first());
  second().streaming = false;
  EXPECT_EQ(after(0), std::vector<std::string>{"Promoting db-2: it was chosen before and is not the writer yet."});
  EXPECT_EQ(decided<PromoteNode>()->instead_of, "db-1");
}

TEST_F(RegionKeeper, StopsWaitingForALostStandbyAfterABoundedTime) {
  after(0);
  die(second());
  EXPECT_EQ(after(100), std::vector<std::string>{"Starting the standby db-2 again."});
  EXPECT_EQ(memory.durable.synchronous_standby, "db-2");
  second().busy = true;
  EXPECT_TRUE(after(1000).empty());
  EXPECT_EQ(after(1000),
            std::vector<std::string>{"db-1 has no standby any more: its commits wait for nobody, a loss of "
                                     "db-1 would lose writes."});
  EXPECT_EQ(decided<RequireWaits>()->waits, Waits{});
  EXPECT_EQ(memory.durable.synchronous_standby, "") << "durable before commits stop waiting";
  first().required = {};
  EXPECT_TRUE(after(5000).empty()) << "once";
}

TEST_F(RegionKeeper, RebuildsAStandbyWithoutDataAndOneThatDoesNotStream) {
  second() = {};
  second().name = "db-2";
  memory.durable.synchronous_standby.clear();
  first().required = {};
  EXPECT_EQ(after(0), std::vector<std::string>{"Rebuilding db-2 as a standby of db-1: it has no data."});
  second() = standby("db-2", "db-1");
  second().streaming = second().synchronous = false;
  EXPECT_TRUE(after(9000).empty());
  EXPECT_EQ(after(1000),
            std::vector<std::string>{"Rebuilding db-2 as a standby of db-1: it runs and does not stream."});
}

TEST_F(RegionKeeper, ASecondWriterIsRebuiltAtOnce) {
  second().accepts_writes = true;
  after(0);
  ASSERT_NE(decided<RebuildNode>(), nullptr);
  EXPECT_EQ(decided<RebuildNode>()->node, "db-2");
}

TEST_F(RegionKeeper, AStandbyThatFollowsAnotherNodeIsTurned) {
  second().upstream = "";
  after(0);
  ASSERT_NE(decided<FollowNode>(), nullptr);
  EXPECT_EQ(decided<FollowNode>()->upstream, "db-1");
}

TEST_F(RegionKeeper, AdoptsTheWriterThatTheControllerPromoted) {
  memory.durable = {};
  after(0);
  EXPECT_EQ(memory.durable.writer, "db-1");
}

TEST_F(RegionKeeper, ActsInNoFencedRegion) {
  view.fenced = true;
  die(first());
  die(second());
  EXPECT_TRUE(after(0).empty());
  EXPECT_TRUE(after(10'000).empty());
  EXPECT_EQ(last.remarks, std::vector<std::string>{"Epoch 1 is fenced here: no database node is started."});
}

class StandbyRegionKeeper : public RegionKeeper {
 protected:
  StandbyRegionKeeper() {
    view.role = RegionRole::standby;
    view.nodes = {standby("db-1", ""), standby("db-2", "db-1")};
    memory.durable = {};
  }
};

TEST_F(StandbyRegionKeeper, LeavesAHealthyOneAlone) {
  EXPECT_TRUE(after(0).empty());
  EXPECT_TRUE(after(10'000).empty());
}

TEST_F(StandbyRegionKeeper, TheCascadingStandbyTakesTheLostReplicasPlace) {
  after(0);
  die(first());
  second().streaming = false;
  EXPECT_EQ(after(100), std::vector<std::string>{"Starting the standby db-1 again."});
  first().busy = true;
  EXPECT_EQ(after(1000), std::vector<std::string>{"The cross-region replica is lost; db-2 follows the other region's "
                                                  "writer in its place."});
  EXPECT_EQ(decided<FollowNode>()->upstream, "");
}

TEST_F(StandbyRegionKeeper, TheOldReplicaFollowsTheNewOne) {
  second().upstream = "";
  first().streaming = false;
  EXPECT_EQ(after(0), std::vector<std::string>{"db-1 follows db-2 from now on."});
}

TEST_F(StandbyRegionKeeper, NeverPromotes) {
  die(first());
  second().streaming = false;
  first().standby_on_disk = second().standby_on_disk = false;
  for (int i = 0; i < 100; ++i) {
    after(100);
    for (const auto& decision : last.decisions) EXPECT_FALSE(std::holds_alternative<PromoteNode>(decision.action));
  }
}

TEST_F(StandbyRegionKeeper, LeavesWhatWasAWriterToReprotect) {
  second() = writer("db-2");
  die(second());
  EXPECT_TRUE(after(0).empty());
  EXPECT_EQ(last.remarks,
            std::vector<std::string>{"db-2 was a writer: 'lifeboat reprotect' exports its writes and rebuilds it."});
}

}  // namespace
}  // namespace lifeboat::engine
