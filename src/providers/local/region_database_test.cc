// The database nodes of two regions on real PostgreSQL servers.

#include "providers/local/region_database.h"

#include <fmt/format.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "providers/local/postgres_files.h"
#include "providers/local/postgres_process.h"
#include "providers/local/postgres_test_world.h"

namespace lifeboat::local {
namespace {

using base::Epoch;
using base::Milliseconds;
using model::DatabaseRole;

class RegionDatabaseTest : public ::testing::Test {
 protected:
  Deadline within(Milliseconds time) { return {world.clock(), world.in(time)}; }

  /// Waits for what must come; the test fails when it does not.
  template <class Condition>
  void eventually(Condition&& condition, const char* what, Milliseconds limit = Milliseconds{10'000}) {
    EXPECT_TRUE(wait_for(within(limit), Milliseconds{20}, condition)) << what;
  }

  test::TestWorld world;
};

TEST_F(RegionDatabaseTest, BuildsAllFourRoles) {
  const auto begin = std::chrono::steady_clock::now();
  world.build(true);
  const auto took = std::chrono::steady_clock::now() - begin;
  fmt::print("four nodes, one after another: {} ms\n", std::chrono::duration_cast<Milliseconds>(took).count());

  EXPECT_EQ(world.east().observed("db-1").role, DatabaseRole::writer);
  EXPECT_EQ(world.east().observed("db-2").state, model::AssetState::ready);
  EXPECT_EQ(world.west().observed("db-1").role, DatabaseRole::cross_region_replica);
  const auto cascade = world.west().observed("db-2");
  EXPECT_EQ(cascade.role, DatabaseRole::cascading_standby);
  EXPECT_EQ(cascade.upstream, world.layout().standby.database_nodes[0].endpoint.text());
  EXPECT_TRUE(cascade.streaming);
  EXPECT_EQ(world.east().database().writer(), "db-1");
  EXPECT_EQ(world.ask(world.east(), "db-1", "SELECT epoch || ' ' || region FROM lifeboat.reign"), "1 us-east-2");
  EXPECT_EQ(world.ask(world.east(), "db-1", "SHOW data_checksums"), "on");
}

TEST_F(RegionDatabaseTest, FenceDrainAndPromoteLoseNothing) {
  world.build(true);
  world.ask(world.east(), "db-1", "CREATE TABLE t AS SELECT generate_series(1, 1000) AS n");
  const auto certificate = world.east().database().fence(Epoch{1}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(certificate.has_value()) << certificate.error().text();
  ASSERT_TRUE(certificate->final_position.has_value());
  for (const auto& sentence : certificate->evidence) fmt::print("  {}\n", sentence);
  EXPECT_EQ(world.east().observed("db-1").pid, 0);

  const auto drained = world.west().database().drain(*certificate->final_position, world.in(Milliseconds{5000}));
  ASSERT_TRUE(drained.has_value()) << drained.error().text();
  EXPECT_EQ(*drained, *certificate->final_position) << "the end of the shutdown checkpoint, to the byte";

  const auto begin = std::chrono::steady_clock::now();
  const auto promotion = world.west().database().promote(Epoch{2}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(promotion.has_value()) << promotion.error().text();
  const auto took = std::chrono::steady_clock::now() - begin;
  fmt::print("promotion: {} ms\n", std::chrono::duration_cast<Milliseconds>(took).count());
  EXPECT_EQ(promotion->timeline, 2U);
  EXPECT_EQ(promotion->position, *certificate->final_position);
  EXPECT_EQ(world.ask(world.west(), promotion->node, "SELECT count(*) FROM t"), "1000");
  EXPECT_EQ(world.ask(world.west(), promotion->node, "SELECT epoch FROM lifeboat.reign"), "2");
  EXPECT_EQ(world.west().database().promote(Epoch{2}, world.in(Milliseconds{5000}))->node, promotion->node);
  EXPECT_EQ(world.west().database().promote(Epoch{1}, world.in(Milliseconds{5000})).error().code,
            base::ErrorCode::stale_epoch);
}

TEST_F(RegionDatabaseTest, AFencedWriterStaysDownOverRestarts) {
  world.build(false);
  ASSERT_TRUE(world.east().database().fence(Epoch{1}, world.in(Milliseconds{10'000})).has_value());
  world.east().restart();
  world.east().database().assign({model::RegionRole::active, world.layout().home.name, Epoch{1}});
  const auto ensured = world.east().database().ensure_node("db-1", world.in(Milliseconds{2000}));
  EXPECT_FALSE(ensured.has_value());
  world.east().database().tick();
  EXPECT_EQ(world.east().observed("db-1").pid, 0);

  const auto reopened = world.east().database().reopen_writer(Epoch{2}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(reopened.has_value()) << reopened.error().text();
  EXPECT_EQ(world.ask(world.east(), "db-1", "SELECT epoch FROM lifeboat.reign"), "2");
}

TEST_F(RegionDatabaseTest, FencesAWriterThatHangs) {
  world.build(false);
  for (const pid_t pid : processes_in(world.east().data("db-1"))) ::kill(pid, SIGSTOP);
  const auto begin = std::chrono::steady_clock::now();
  const auto seen = world.east().database().observe();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, Milliseconds{600});
  EXPECT_FALSE(seen.at(0).accepts_writes);
  const auto certificate = world.east().database().fence(Epoch{1}, world.in(Milliseconds{3000}));
  ASSERT_TRUE(certificate.has_value()) << certificate.error().text();
  EXPECT_TRUE(processes_in(world.east().data("db-1")).empty());
}

TEST_F(RegionDatabaseTest, NothingIsStartedBeforeTheReignIsConfirmed) {
  world.build(false);
  world.east().kill_node("db-1");
  world.east().restart();
  world.east().database().tick();
  EXPECT_EQ(world.east().observed("db-1").pid, 0);
  world.east().database().assign({model::RegionRole::standby, world.layout().standby.name, Epoch{2}});
  EXPECT_FALSE(world.east().database().ensure_node("db-1", world.in(Milliseconds{1000})).has_value());
  world.east().database().tick();
  EXPECT_EQ(world.east().observed("db-1").pid, 0);
}

}  // namespace
}  // namespace lifeboat::local

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (::geteuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    if (user == nullptr) user = ::getpwnam("nobody");
    if (user == nullptr || ::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0) {
      fmt::print(stderr, "PostgreSQL refuses root, and there is no other user to become\n");
      return 1;
    }
  }
  return RUN_ALL_TESTS();
}
