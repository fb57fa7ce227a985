#include "providers/conformance/conformance.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "providers/fake/fake_provider.h"

namespace lifeboat::fake {
namespace {

class StoppedClock : public ports::Clock {
 public:
  base::Instant now() const override { return {}; }
  base::WallTime wall_now() const override { return base::WallTime(base::Milliseconds(1'800'000'000'000)); }
};

model::Stack stack() {
  model::Stack stack;
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, ""};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1b"}}, ""};
  return stack;
}

std::vector<std::string> problems_of(FakeProvider& provider, const model::Stack& described) {
  StoppedClock clock;
  return conformance::check({.provider = provider,
                             .clock = clock,
                             .stack = described,
                             .kill_region = [&provider](const base::RegionName& region) {
                               provider.with_world([&region](World& world) { world.kill(region); });
                             }});
}

TEST(Conformance, TheFakeDoesWhatEveryProviderMust) {
  const auto described = stack();
  FakeProvider provider(described);
  for (const auto& problem : problems_of(provider, described)) ADD_FAILURE() << problem;
  provider.with_world([](World& world) { EXPECT_TRUE(world.broken().empty()); });
}

TEST(Conformance, TheSuiteFindsAProviderThatDoesNot) {
  const auto described = stack();
  FakeProvider provider(described);
  provider.answer_with("/4", engine::Position{});
  provider.fail("/20", 1);
  EXPECT_FALSE(problems_of(provider, described).empty());
}

}  // namespace
}  // namespace lifeboat::fake
