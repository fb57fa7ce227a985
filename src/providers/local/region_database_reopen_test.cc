// A reign that begins anew in the region that had the writer, on real PostgreSQL servers.

#include <gtest/gtest.h>

#include "providers/local/postgres_test_world.h"

namespace lifeboat::local {
namespace {

using base::Epoch;
using base::Milliseconds;

TEST(RegionDatabaseReopen, AWriterThatRunsIsLeftAloneAndItsEpochBroughtUp) {
  test::TestWorld world;
  world.build(false);
  const auto pid = world.east().observed("db-1").pid;
  const auto reopened = world.east().database().reopen_writer(Epoch{3}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(reopened.has_value()) << reopened.error().text();
  EXPECT_EQ(world.east().observed("db-1").pid, pid);
  EXPECT_EQ(world.ask(world.east(), "db-1", "SELECT epoch FROM lifeboat.reign"), "3");
  EXPECT_EQ(world.east().database().reopen_writer(Epoch{2}, world.in(Milliseconds{1'000})).error().code,
            base::ErrorCode::stale_epoch);
}

TEST(RegionDatabaseReopen, AWriterThatWasNeverMadeIsMadeInTheNewEpoch) {
  test::TestWorld world;
  auto& database = world.east().database();
  database.assign({model::RegionRole::active, world.layout().home.name, Epoch{1}});
  world.east().lease_comes = false;
  EXPECT_FALSE(database.ensure_node("db-1", world.in(Milliseconds{10'000})).has_value());
  world.east().lease_comes = true;
  database.assign({model::RegionRole::active, world.layout().home.name, Epoch{2}});
  const auto reopened = database.reopen_writer(Epoch{2}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(reopened.has_value()) << reopened.error().text();
  const auto ensured = database.ensure_node("db-1", world.in(Milliseconds{10'000}));
  ASSERT_TRUE(ensured.has_value()) << ensured.error().text();
  EXPECT_EQ(world.ask(world.east(), "db-1", "SELECT epoch FROM lifeboat.reign"), "2");
}

TEST(RegionDatabaseReopen, APromotionThatWasBegunIsFinishedInTheNewEpoch) {
  test::TestWorld world;
  world.build(true);
  ASSERT_TRUE(world.east().database().fence(Epoch{1}, world.in(Milliseconds{10'000})).has_value());
  world.west().lease_comes = false;
  const auto promotion = world.west().database().promote(Epoch{2}, world.in(Milliseconds{10'000}));
  ASSERT_FALSE(promotion.has_value()) << "its server is promoted, and the reign stands nowhere";
  world.west().lease_comes = true;
  const auto reopened = world.west().database().reopen_writer(Epoch{3}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(reopened.has_value()) << reopened.error().text();
  EXPECT_EQ(world.ask(world.west(), world.west().database().writer(), "SELECT epoch FROM lifeboat.reign"), "3");
}

}  // namespace
}  // namespace lifeboat::local
