#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/campaign.h"
#include "sim/run.h"

namespace lifeboat::sim {
namespace {

std::string told(std::uint64_t seed) {
  std::string story;
  run_seed(seed,
           [&story](const StoryEntry& entry) { story += std::to_string(entry.at) + " " + entry.sentence + "\n"; });
  return story;
}

TEST(Replay, ASeedGivesTheSameDigestEachTime) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) EXPECT_EQ(run_seed(seed).digest, run_seed(seed).digest) << seed;
}

TEST(Replay, ASeedTellsTheSameStoryEachTime) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) EXPECT_EQ(told(seed), told(seed)) << seed;
}

TEST(Replay, ListeningChangesNothing) {
  const auto unheard = run_seed(7);
  const auto heard = run_seed(7, [](const StoryEntry&) {});
  EXPECT_EQ(unheard.digest, heard.digest);
}

TEST(Replay, SeedsDiffer) {
  EXPECT_NE(run_seed(1).digest, run_seed(2).digest);
}

TEST(Replay, AWorkerProcessSeesWhatThisOneSees) {
  CampaignOptions options;
  options.first = 100;
  options.seeds = 20;
  options.jobs = 2;
  std::uint64_t events = 0;
  for (std::uint64_t seed = 100; seed < 120; ++seed) events += run_seed(seed).events;
  EXPECT_EQ(run_campaign(options).events, events);
}

TEST(Replay, TheLastOfAStoryIsItsEnd) {
  const auto story = told(3);
  const auto last = last_of_story(3, 5);
  ASSERT_EQ(last.size(), 5u);
  std::string text;
  for (const auto& entry : last) text += std::to_string(entry.at) + " " + entry.sentence + "\n";
  EXPECT_TRUE(story.ends_with(text));
}

}  // namespace
}  // namespace lifeboat::sim
