#include <fmt/format.h>
#include <gtest/gtest.h>

#include <tuple>
#include <utility>

#include "sim/recorded_delays.h"
#include "sim/stage.h"

// A thousand minutes in which nothing is broken and everything is late, as on a machine that was recorded: no region
// may be failed over. The record's every probe (there and back) is taken for one way, so each answer is late twice.

namespace lifeboat::sim {
namespace {

constexpr int runs = 8;
constexpr int minutes_a_run = LIFEBOAT_NOISY_MINUTES / runs;

/// Where the links are in the record, and how often regions are probed.
struct Noise {
  bool together;
  base::Milliseconds detection_interval;
};
/// One machine that all share, probed as a stack file without a word about it has it.
constexpr Noise one_machine{true, engine::Setup{}.detection_interval};
/// Each link is as starved as the recorded machine by itself: two witnesses can be without an answer at once, by
/// chance.
constexpr Noise every_link_by_itself{false, base::Milliseconds{1000}};

class NoisyMinutes : public testing::TestWithParam<std::tuple<Noise, int>> {
 protected:
  static Settings settings(const Noise& noise) {
    const engine::Setup defaults;
    auto settings = calm_settings();
    settings.setup.automatic = true;
    settings.setup.lease_time_to_live = defaults.lease_time_to_live;
    settings.setup.detection_interval = noise.detection_interval;
    settings.setup.detection_threshold = defaults.detection_threshold;
    settings.think = second;
    settings.clients = 1;
    settings.pull_interval = 200 * millisecond;
    settings.tick_interval = 100 * millisecond;
    return settings;
  }
};

TEST_P(NoisyMinutes, NoFalseFailover) {
  const auto noise = std::get<0>(GetParam());
  const auto seed = static_cast<std::uint64_t>(std::get<1>(GetParam()));
  auto recorded = read_recorded(LIFEBOAT_SOURCE_DIR "/src/sim/recorded/probes_of_a_busy_machine.txt");
  ASSERT_TRUE(recorded) << recorded.error().message;
  Stage stage(seed, [&](Random&) { return settings(noise); }, {});
  ASSERT_TRUE(stage.begin());
  ASSERT_TRUE(stage.operators.up());
  ASSERT_TRUE(stage.become_well(20 * second)) << stage.operators.missing();
  stage.world.network.replay(RecordedDelays(std::move(*recorded), noise.together, Random(seed)));
  const auto answered = stage.world.clients.answered();
  stage.pass(minutes_a_run * 60 * second);
  ASSERT_FALSE(stage.ground.violation()) << stage.ground.violation()->message;
  EXPECT_EQ(stage.world.leading()->state()->epoch.value, 1u) << "no failover";
  EXPECT_TRUE(stage.world.home.can_commit());
  EXPECT_EQ(stage.ground.seen["an agent fences itself"], 0u);
  const auto writes = stage.world.clients.answered() - answered;
  EXPECT_GT(writes, static_cast<std::uint64_t>(minutes_a_run));
  fmt::print("{} minutes: {} writes; the home region seemed lost to the controller {} times\n", minutes_a_run, writes,
             stage.ground.seen["automatic failover refused"]);
}

INSTANTIATE_TEST_SUITE_P(OneMachine, NoisyMinutes,
                         testing::Combine(testing::Values(one_machine), testing::Range(1, runs + 1)));
INSTANTIATE_TEST_SUITE_P(EveryLinkByItself, NoisyMinutes,
                         testing::Combine(testing::Values(every_link_by_itself), testing::Range(1, runs + 1)));

}  // namespace
}  // namespace lifeboat::sim
