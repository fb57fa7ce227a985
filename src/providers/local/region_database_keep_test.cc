// The keeper beside the commands, on real PostgreSQL servers.

#include <gtest/gtest.h>

#include "providers/local/postgres_test_world.h"

namespace lifeboat::local {
namespace {

using base::Epoch;
using base::Milliseconds;

TEST(RegionDatabaseKeep, AWriterThatIsBeingReopenedIsNotTakenForALostOne) {
  constexpr std::uint64_t rounds = 8;
  test::TestWorld world;
  world.build(false);
  const test::KeepingBoth keeping(world, Milliseconds{1});
  for (Epoch epoch{1}; epoch.value <= rounds; epoch = epoch.next()) {
    EXPECT_TRUE(wait_for({world.clock(), world.in(Milliseconds{10'000})}, Milliseconds{5}, [&] {
      return world.east().observed("db-2").role == model::DatabaseRole::synchronous_standby;
    })) << epoch.value;
    const auto fenced = world.east().database().fence(epoch, world.in(Milliseconds{10'000}));
    ASSERT_TRUE(fenced.has_value()) << fenced.error().text();
    const auto reopened = world.east().database().reopen_writer(epoch.next(), world.in(Milliseconds{10'000}));
    ASSERT_TRUE(reopened.has_value()) << reopened.error().text();
    EXPECT_EQ(world.east().database().writer(), "db-1");
  }
}

TEST(RegionDatabaseKeep, ANodeThatIsBeingMadeIsNotMadeAgain) {
  test::TestWorld world;
  // The keeper sees nodes without data as soon as the regions have their roles.
  const test::KeepingBoth keeping(world, Milliseconds{1});
  world.build(true);
  for (auto* region : {&world.east(), &world.west()}) {
    for (const auto& sentence : region->database().take_sentences()) {
      EXPECT_FALSE(sentence.contains("could not be rebuilt") || sentence.contains("again")) << sentence;
    }
    EXPECT_TRUE(region->observed("db-2").streaming);
  }
}

}  // namespace
}  // namespace lifeboat::local
