#include <gtest/gtest.h>

#include "engine/region_keeper.h"

namespace lifeboat::engine {
namespace {

constexpr const char* west_replica = "us-west_replica-1/db-1";

/// The active region of a stack with cross_region: synchronous, whose writer obeys what is decided. Each test bends it.
class CommitWaits : public testing::Test {
 protected:
  CommitWaits() {
    policy.synchronous_across = true;
    view.role = model::RegionRole::active;
    view.epoch = {1};
    view.nodes.resize(2);
    for (auto& node : view.nodes) {
      node.installed = node.running = node.answering = true;
      node.timeline = 1;
      node.position = {1000};
    }
    writer().name = "db-1";
    writer().accepts_writes = writer().settings_in_force = true;
    writer().required = {"db-2", west_replica};
    writer().replicas = {{west_replica, {1000}, true}};
    standby().name = "db-2";
    standby().upstream = "db-1";
    standby().standby_on_disk = standby().streaming = standby().synchronous = true;
    memory.durable = {"db-1", "db-2", west_replica};
  }

  KeptNode& writer() { return view.nodes[0]; }
  KeptNode& standby() { return view.nodes[1]; }
  KeptReplica& replica() { return writer().replicas.at(0); }
  /// A commit that everybody but the replica has.
  void write() { writer().position.bytes = standby().position.bytes += 100; }
  void lose_standby() {
    standby().running = standby().answering = standby().streaming = standby().synchronous = false;
    standby().upstream.clear();
    standby().busy = true;  // Its start is under way and does not end.
  }

  /// One step after `ms`, carried out; the decisions' sentences.
  std::vector<std::string> after(int ms) {
    view.now += base::Milliseconds(ms);
    last = keep(memory, policy, view);
    memory = last.memory;
    std::vector<std::string> sentences;
    for (const auto& decision : last.decisions) {
      sentences.push_back(decision.sentence);
      const auto* required = std::get_if<RequireWaits>(&decision.action);
      if (required == nullptr) continue;
      writer().required = required->waits;
      standby().synchronous = required->waits.standby == "db-2";
      for (auto& node : writer().replicas) node.synchronous = required->waits.replica == node.name;
    }
    return sentences;
  }

  KeeperMemory memory;
  KeeperPolicy policy;
  KeeperView view;
  KeeperStep last;
};

TEST_F(CommitWaits, LeavesAHealthyPairAlone) {
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(after(100).empty());
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "db-2", west_replica}));
}

TEST_F(CommitWaits, BeginsToWaitForBothAtOnceAndCountsEachWhenItHasEverything) {
  writer().required = {};
  standby().synchronous = replica().synchronous = false;
  memory.durable = {"db-1", "", ""};
  replica().position = {600};
  EXPECT_EQ(after(0), std::vector<std::string>{
                          "db-2 and us-west_replica-1/db-1 stream; from now on every commit of db-1 waits for both."});
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "", ""}));
  replica().position = {700};
  EXPECT_TRUE(after(100).empty());
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "db-2", ""})) << "the replica lacks acknowledged writes";
  writer().position = {2000};
  replica().position = {1000};
  after(100);
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "db-2", west_replica}));
}

TEST_F(CommitWaits, NobodyCountsBeforeTheWritersSettingsAreInForce) {
  memory.durable = {"db-1", "", ""};
  writer().settings_in_force = false;
  after(100);
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "", ""}));
  writer().settings_in_force = true;
  after(100);
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "db-2", west_replica}));
}

TEST_F(CommitWaits, WaitsForTheOnlyOneThatStreams) {
  writer().required = {};
  writer().replicas.clear();
  standby().synchronous = false;
  memory.durable = {"db-1", "", ""};
  EXPECT_EQ(after(0), std::vector<std::string>{"db-2 streams; from now on every commit of db-1 waits for it."});
  after(1000);
  writer().replicas = {{west_replica, {1000}, false}};
  EXPECT_EQ(after(100),
            std::vector<std::string>{"us-west_replica-1/db-1 streams; from now on every commit of db-1 waits for it."});
  EXPECT_EQ(writer().required, (Waits{"db-2", west_replica}));
}

TEST_F(CommitWaits, ALostRegionIsDistrustedFirstAndThenNotWaitedForAndComesBackByItself) {
  after(0);
  write();
  after(100);  // From here on it confirms nothing.
  EXPECT_TRUE(after(900).empty());
  EXPECT_EQ(memory.durable.synchronous_replica, west_replica) << "every acknowledged write is there";
  EXPECT_TRUE(after(100).empty());
  EXPECT_EQ(memory.durable.synchronous_replica, "") << "said before the first commit that does not wait";
  EXPECT_EQ(writer().required, (Waits{"db-2", west_replica}));
  writer().replicas.clear();
  EXPECT_TRUE(after(900).empty());
  EXPECT_EQ(after(100),
            std::vector<std::string>{
                "us-west_replica-1/db-1 confirms nothing any more: commits of db-1 do not wait for the other region "
                "now, a loss of this region would lose writes."});
  EXPECT_EQ(writer().required, (Waits{"db-2", ""}));
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "db-2", ""})) << "the region's own standby is not touched";
  EXPECT_TRUE(after(60'000).empty()) << "once";

  write();
  writer().replicas = {{west_replica, {500}, false}};
  EXPECT_EQ(after(100),
            std::vector<std::string>{"us-west_replica-1/db-1 streams; from now on every commit of db-1 waits for it."});
  replica().position = {900};
  after(100);
  EXPECT_EQ(memory.durable.synchronous_replica, "") << "it has not caught up";
  replica().position = writer().position;
  after(100);
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "db-2", west_replica}));
}

TEST_F(CommitWaits, AReplicaThatIsBehindAndGoesOnIsNotLost) {
  writer().position = standby().position = {1'000'000};
  for (int i = 0; i < 100; ++i) {
    replica().position.bytes += 10;
    EXPECT_TRUE(after(100).empty());
  }
  EXPECT_EQ(memory.durable.synchronous_replica, west_replica);
}

TEST_F(CommitWaits, ASilentReplicaIsNotLostWhileNothingIsWritten) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(after(100).empty());
  EXPECT_EQ(memory.durable.synchronous_replica, west_replica);
}

TEST_F(CommitWaits, TheOtherNodeOfTheOtherRegionTakesThePlaceOfOneThatHangs) {
  after(0);
  write();
  writer().replicas.push_back({"us-west_replica-1/db-2", writer().position, false});
  after(100);
  EXPECT_TRUE(after(900).empty());
  EXPECT_EQ(after(100),
            std::vector<std::string>{"us-west_replica-1/db-2 streams; from now on every commit of db-1 waits for it."});
  EXPECT_EQ(memory.durable.synchronous_replica, "");
  after(100);
  EXPECT_EQ(memory.durable.synchronous_replica, "us-west_replica-1/db-2");
}

TEST_F(CommitWaits, TheOtherNodeOfTheOtherRegionTakesThePlaceOfOneThatIsGoneAtOnce) {
  after(0);
  writer().replicas = {{"us-west_replica-1/db-2", {1000}, false}};
  EXPECT_EQ(after(100),
            std::vector<std::string>{"us-west_replica-1/db-2 streams; from now on every commit of db-1 waits for it."});
  EXPECT_EQ(memory.durable.synchronous_replica, "");
}

TEST_F(CommitWaits, ALostStandbyLeavesTheReplicaAlone) {
  after(0);
  lose_standby();
  after(100);
  EXPECT_TRUE(after(1900).empty());
  EXPECT_EQ(after(100), std::vector<std::string>{
                            "db-1 has no standby any more: its commits wait for us-west_replica-1/db-1 only."});
  EXPECT_EQ(writer().required, (Waits{"", west_replica}));
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "", west_replica}));
}

TEST_F(CommitWaits, WithoutBothItWaitsForNobody) {
  after(0);
  lose_standby();
  writer().replicas.clear();
  after(100);
  EXPECT_EQ(after(2000),
            std::vector<std::string>{
                "db-1 has no standby any more: its commits wait for nobody, a loss of db-1 would lose "
                "writes. us-west_replica-1/db-1 confirms nothing any more: commits of db-1 do not wait for the "
                "other region now, a loss of this region would lose writes."});
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-1", "", ""}));
}

TEST_F(CommitWaits, ANodePromotedInTheRegionWaitsForTheReplicaFromItsFirstCommitOn) {
  after(0);
  writer().running = writer().answering = writer().accepts_writes = false;
  after(100);
  after(2000);
  ASSERT_FALSE(last.decisions.empty());
  const auto* promotion = std::get_if<PromoteNode>(&last.decisions.front().action);
  ASSERT_NE(promotion, nullptr);
  EXPECT_EQ(promotion->replica, west_replica);
  EXPECT_EQ(memory.durable, (KeeperMemory::Durable{"db-2", "", ""})) << "it counts again once it was seen to wait";
}

TEST_F(CommitWaits, AStackThatDoesNotAskForItNeverWaitsForTheOtherRegion) {
  policy.synchronous_across = false;
  writer().required = {"db-2", ""};
  memory.durable = {"db-1", "db-2", ""};
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(after(100).empty());
}

TEST_F(CommitWaits, WithoutAStandbyInTheRegionTheReplicaIsEnough) {
  policy.synchronous = false;
  view.nodes.pop_back();
  writer().required = {};
  replica().synchronous = false;
  memory.durable = {"db-1", "", ""};
  writer().required = {};
  view.now += base::Milliseconds(100);
  last = keep(memory, policy, view);
  ASSERT_EQ(last.decisions.size(), 1U);
  EXPECT_EQ(std::get<RequireWaits>(last.decisions[0].action).waits, (Waits{"", west_replica}));
}

}  // namespace
}  // namespace lifeboat::engine
