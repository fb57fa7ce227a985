#include "controller/outlook.h"

#include <gtest/gtest.h>

namespace lifeboat::controller {
namespace {

class Outlook : public testing::Test {
 protected:
  Outlook() {
    engine::Setup setup;
    setup.home = {"east"};
    setup.standby = {"west"};
    state = engine::initial_state(setup);
    state.epoch = {1};
    state.built = state.standby_is_replica = true;
    status.home_region = "east";
    status.ready.verdict = "ready";
    status.ready.predicted_loss_ms = 200;
  }
  api::OutlookView view() const { return make_outlook(state, status); }
  std::string advice() const {
    const auto outlook = view();
    return outlook.action + ": " + outlook.command.value_or("-");
  }
  void lose(const std::string& region) { state.lost[{region}] = {}; }

  engine::State state;
  api::StatusView status;
};

TEST_F(Outlook, Of_a_ready_stack_at_home_is_nothing_to_do) {
  EXPECT_EQ(advice(), "none: -");
  EXPECT_EQ(view().sentence, "Nothing to do: west could take over now.");
}

TEST_F(Outlook, Of_a_lost_region_is_its_failover) {
  lose("east");
  EXPECT_EQ(advice(), "failover: lifeboat failover");
  EXPECT_EQ(view().sentence, "east is lost: west would take over.");
  status.ready.predicted_loss_ms = 9000;
  EXPECT_EQ(view().sentence,
            "east is lost: west would take over. 9000 ms of writes would be lost, more than the objective of 5000 ms: "
            "it needs --accept-loss.");
  status.ready.predicted_loss_ms.reset();
  EXPECT_EQ(view().sentence,
            "east is lost: west would take over. How much would be lost is not known: it may need --accept-loss.");
}

TEST_F(Outlook, Waits_for_a_failover_that_begins_by_itself_and_says_why_none_does) {
  lose("east");
  state.setup.automatic = true;
  EXPECT_EQ(advice(), "wait: -");
  state.watch.refused_because = "the writer moved 4 s ago";
  EXPECT_EQ(advice(), "failover: lifeboat failover");
  EXPECT_EQ(view().sentence,
            "east is lost: west would take over. No failover begins by itself: the writer moved 4 s ago.");
  state.armed.emplace();
  EXPECT_EQ(advice(), "wait: -");
}

TEST_F(Outlook, Never_advises_to_promote_what_is_no_replica) {
  state.standby_is_replica = false;
  EXPECT_EQ(advice(), "reprotect: lifeboat reprotect");
  lose("east");
  EXPECT_EQ(advice(), "up: lifeboat up");
}

TEST_F(Outlook, Goes_from_what_matters_most) {
  state.active_region = {"west"};
  EXPECT_EQ(advice(), "failback: lifeboat failback");
  status.ready = {"not_ready", {"dns is wrong"}, {}};
  EXPECT_EQ(advice(), "verify: lifeboat verify");
  EXPECT_EQ(view().sentence, "east could not take over now: dns is wrong");
  lose("east");
  EXPECT_EQ(advice(), "reprotect: lifeboat reprotect");
  state.built = false;
  EXPECT_EQ(advice(), "up: lifeboat up");
  state.operation.emplace();
  EXPECT_EQ(advice(), "wait: -");
  status.failure = "the disk is full";
  EXPECT_EQ(advice(), "none: lifeboat log");
}

}  // namespace
}  // namespace lifeboat::controller
