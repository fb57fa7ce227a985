#include "providers/local/lease_keeper.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace lifeboat::local {
namespace {

using base::Milliseconds;

constexpr Milliseconds time_to_live{10'000};

class SetClock : public ports::Clock {
 public:
  base::Instant now() const override { return now_; }
  base::WallTime wall_now() const override { return {}; }
  void pass(Milliseconds span) { now_ += span; }

 private:
  base::Instant now_{std::chrono::hours{1}};
};

class LeaseCounting : public testing::Test {
 protected:
  LeaseCounting() {
    std::string name = (std::filesystem::temp_directory_path() / "lifeboat-leases-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~LeaseCounting() override { std::filesystem::remove_all(folder); }

  std::filesystem::path folder;
  SetClock clock;
};

TEST_F(LeaseCounting, A_grant_counts_once_and_only_when_it_makes_the_lease_longer) {
  AgentMemory memory(folder / "role.json", {});
  LeaseKeeper keeper(memory, *LeasePage::open(folder / "lease"), clock, time_to_live);
  const engine::LeaseGrant grant{{"east"}, {3}, clock.now(), time_to_live};
  keeper.take(grant);
  keeper.take(grant);
  EXPECT_EQ(keeper.counts().received, 1u);
  clock.pass(Milliseconds{1250});
  keeper.take({{"east"}, {3}, clock.now(), time_to_live});
  keeper.take({{"east"}, {2}, clock.now(), time_to_live});
  EXPECT_EQ(keeper.counts().received, 2u) << "an older epoch's grant changes nothing";
  EXPECT_EQ(keeper.counts().granted, 0u);
}

TEST_F(LeaseCounting, What_was_not_granted_does_not_count) {
  AgentMemory memory(folder / "role.json", {});
  LeaseKeeper keeper(memory, *LeasePage::open(folder / "lease"), clock, time_to_live);
  EXPECT_FALSE(keeper.grant({"east"}, {{3}, clock.now()}).has_value()) << "nobody has said that east reigns";
  ASSERT_TRUE(keeper.change([](AgentMemory& kept) {
                      return kept.assign({model::RegionRole::standby, {"east"}, {3}});
                    })
                  .has_value());
  EXPECT_TRUE(keeper.grant({"east"}, {{3}, clock.now()}).has_value());
  EXPECT_FALSE(keeper.grant({"east"}, {{3}, clock.now()}).has_value()) << "the next is not due";
  EXPECT_EQ(keeper.counts().granted, 1u);
}

}  // namespace
}  // namespace lifeboat::local
