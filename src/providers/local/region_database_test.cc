// The database nodes of two regions on real PostgreSQL servers.

#include "providers/local/region_database.h"

#include <fmt/format.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <future>
#include <optional>
#include <thread>

#include "providers/local/postgres_control.h"
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

/// Keeps a region as its agent does, in a thread of its own.
class Keeping {
 public:
  explicit Keeping(RegionDatabase& database)
      : thread_([&database](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            database.tick();
            std::this_thread::sleep_for(Milliseconds{50});
          }
        }) {}

 private:
  std::jthread thread_;
};

/// Inserts one row after another and counts those that were acknowledged, until it is refused.
int acknowledged_inserts(PostgresClient client, const std::atomic<bool>& stop) {
  int count = 0;
  while (!stop && client.usable()) {
    if (!client.query("INSERT INTO acked DEFAULT VALUES", Milliseconds{3000})) break;
    ++count;
  }
  return count;
}

TEST_F(RegionDatabaseTest, AKilledWriterIsReplacedInItsRegionWithoutLoss) {
  world.build(true);
  const Keeping east(world.east().database());
  const Keeping west(world.west().database());
  eventually([&] { return world.east().observed("db-2").role == DatabaseRole::synchronous_standby; }, "synchronous");
  // What counts as synchronous is remembered one look later.
  eventually(
      [&] {
        return read_text_file(world.paths().region({"us-east-2"}).root / "writer.json")
                   .value_or("")
                   .find("\"synchronous_standby\": \"db-2\"") != std::string::npos;
      },
      "recorded");
  world.ask(world.east(), "db-1", "CREATE TABLE acked (id bigserial PRIMARY KEY)");
  std::atomic<bool> stop = false;
  auto writing = std::async(std::launch::async, [&, client = world.client(world.east(), "db-1")]() mutable {
    return acknowledged_inserts(std::move(client), stop);
  });
  std::this_thread::sleep_for(Milliseconds{500});  // The load runs for a while; nothing depends on how long.
  const auto killed = std::chrono::steady_clock::now();
  world.east().kill_node("db-1");
  const int acknowledged = writing.get();
  eventually([&] { return world.east().database().writer() == "db-2"; }, "promoted in the region");
  fmt::print("writer killed to next writer: {} ms\n",
             std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - killed).count());
  const int kept = std::stoi(world.ask(world.east(), "db-2", "SELECT count(*) FROM acked"));
  EXPECT_GE(kept, acknowledged);
  EXPECT_LE(kept, acknowledged + 1) << "at most the insert that was under way";
  eventually([&] { return world.east().observed("db-1").role == DatabaseRole::synchronous_standby; },
             "the lost node is the synchronous standby", Milliseconds{30'000});
  world.ask(world.east(), "db-2", "INSERT INTO acked DEFAULT VALUES");
  const auto all = std::to_string(kept + 1);
  eventually([&] { return world.answers(world.west(), "db-2", "SELECT count(*) FROM acked", all); }, "it follows");
}

TEST_F(RegionDatabaseTest, ALostStandbyStopsNoWritesForLong) {
  world.build(false);
  const Keeping east(world.east().database());
  eventually([&] { return world.east().observed("db-2").role == DatabaseRole::synchronous_standby; }, "synchronous");
  for (const pid_t pid : processes_in(world.east().data("db-2"))) ::kill(pid, SIGSTOP);
  const auto begin = std::chrono::steady_clock::now();
  world.ask(world.east(), "db-1", "CREATE TABLE t (n int)");
  const auto took = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(took, Milliseconds{4000});
  for (const pid_t pid : processes_in(world.east().data("db-2"))) ::kill(pid, SIGCONT);
  eventually([&] { return world.east().observed("db-2").role == DatabaseRole::synchronous_standby; },
             "synchronous again", Milliseconds{20'000});
}

TEST_F(RegionDatabaseTest, ReprotectExportsExactlyTheDivergedRows) {
  world.build(true);
  world.ask(world.east(), "db-1",
            "CREATE TABLE events (id int PRIMARY KEY, name text NOT NULL);"
            "INSERT INTO events SELECT n, 'kept ' || n FROM generate_series(1, 10) AS n");
  const auto written = parse_lsn(world.ask(world.east(), "db-1", "SELECT pg_current_wal_flush_lsn()"));
  eventually([&] { return world.west().observed("db-2").replayed >= written; }, "replicated");
  // The west is cut off: it is promoted, and then the east commits on.
  ASSERT_TRUE(world.west().database().promote(Epoch{2}, world.in(Milliseconds{10'000})).has_value());
  world.ask(world.east(), "db-1", "INSERT INTO events VALUES (11, 'lost')");
  world.ask(world.east(), "db-1", "UPDATE events SET name = 'changed' WHERE id = 2");
  world.ask(world.east(), "db-1", "DELETE FROM events WHERE id = 3");
  world.ask(world.east(), "db-1", "BEGIN; INSERT INTO events VALUES (12, 'never'); ROLLBACK");
  world.ask(world.east(), "db-1", "UPDATE lifeboat.reign SET since = now()");
  world.east().kill_node("db-1");
  world.ask(world.west(), world.west().database().writer(), "INSERT INTO events VALUES (20, 'new reign')");

  world.east().database().assign({model::RegionRole::standby, world.layout().standby.name, Epoch{2}});
  const auto begin = std::chrono::steady_clock::now();
  const auto done = world.east().database().reprotect(Epoch{2}, world.in(Milliseconds{60'000}));
  ASSERT_TRUE(done.has_value()) << done.error().text();
  fmt::print("reprotect: {} ms, method {}\n",
             std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin).count(),
             static_cast<int>(done->method));
  EXPECT_EQ(done->method, engine::ReprotectMethod::rewound);
  EXPECT_EQ(done->diverged_transactions, 3U);
  EXPECT_EQ(done->diverged_rows, 3U);
  EXPECT_GT(done->diverged_bytes, 0U);
  const auto ledger = read_text_file(done->ledger_file).value_or("");
  fmt::print("{}", ledger);
  EXPECT_NE(ledger.find(R"("operation":"insert")"), std::string::npos);
  EXPECT_NE(ledger.find(R"("row":{"id":11,"name":"lost"})"), std::string::npos);
  EXPECT_NE(ledger.find(R"("row":{"id":2,"name":"changed"})"), std::string::npos);
  EXPECT_NE(ledger.find(R"("row":{"id":3,"name":"kept 3"})"), std::string::npos);
  EXPECT_EQ(std::ranges::count(ledger, '\n'), 3);
  for (const auto* node : {"db-1", "db-2"}) {
    eventually([&] { return world.answers(world.east(), node, "SELECT count(*) FROM events", "11"); }, node);
  }
  EXPECT_EQ(world.east().observed("db-1").role, DatabaseRole::cross_region_replica);
  EXPECT_EQ(world.east().observed("db-2").role, DatabaseRole::cascading_standby);
  EXPECT_TRUE(world.east().database().ensure_node("db-1", world.in(Milliseconds{5000})).has_value());
}

TEST_F(RegionDatabaseTest, ABuildThatIsCutOffAnywhereComesOutRight) {
  world.east().database().assign({model::RegionRole::active, world.layout().home.name, Epoch{1}});
  for (const int cut_ms : {20, 80, 200, 500}) {
    (void)world.east().database().ensure_node("db-1", world.in(Milliseconds{cut_ms}));
  }
  ASSERT_TRUE(world.east().database().ensure_node("db-1", world.in(Milliseconds{60'000})).has_value());
  for (const int cut_ms : {20, 80, 200, 400}) {
    (void)world.east().database().ensure_node("db-2", world.in(Milliseconds{cut_ms}));
  }
  ASSERT_TRUE(world.east().database().ensure_node("db-2", world.in(Milliseconds{60'000})).has_value());
  EXPECT_FALSE(std::filesystem::exists(world.east().node_folder("db-1") / "data.new"));
  EXPECT_EQ(world.ask(world.east(), "db-2", "SELECT epoch FROM lifeboat.reign"), "1");
}

TEST_F(RegionDatabaseTest, AnAgentKilledWhileItBuildsLeavesNothingHalfMade) {
  for (const int after_ms : {50, 300, 900, 2500}) {
    const pid_t agent = ::fork();
    ASSERT_GE(agent, 0);
    if (agent == 0) {
      auto region = world.another_agent();
      region->database().assign({model::RegionRole::active, world.layout().home.name, Epoch{1}});
      (void)region->database().ensure_node("db-1", world.in(Milliseconds{30'000}));
      (void)region->database().ensure_node("db-2", world.in(Milliseconds{30'000}));
      ::pause();
    }
    std::this_thread::sleep_for(Milliseconds{after_ms});  // The kill may come at any point.
    ::kill(agent, SIGKILL);
    ::waitpid(agent, nullptr, 0);
  }
  world.build(false);
  EXPECT_EQ(world.east().observed("db-1").role, DatabaseRole::writer);
  EXPECT_EQ(world.ask(world.east(), "db-2", "SELECT epoch FROM lifeboat.reign"), "1");
}

TEST_F(RegionDatabaseTest, DrainingUnderLoadMeansThatEverythingArrived) {
  world.build(true);
  world.ask(world.east(), "db-1", "CREATE TABLE acked (id bigserial PRIMARY KEY)");
  std::atomic<bool> stop = false;
  std::vector<std::future<int>> writers;
  for (int index = 0; index < 4; ++index) {
    writers.push_back(std::async(std::launch::async, [&, client = world.client(world.east(), "db-1")]() mutable {
      return acknowledged_inserts(std::move(client), stop);
    }));
  }
  std::this_thread::sleep_for(Milliseconds{1000});  // The load runs for a while; nothing depends on how long.
  const auto certificate = world.east().database().fence(Epoch{1}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(certificate.has_value() && certificate->final_position.has_value());
  int acknowledged = 0;
  for (auto& writer : writers) acknowledged += writer.get();
  ASSERT_TRUE(world.west().database().drain(*certificate->final_position, world.in(Milliseconds{5000})).has_value());
  const auto promotion = world.west().database().promote(Epoch{2}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(promotion.has_value());
  const int kept = std::stoi(world.ask(world.west(), promotion->node, "SELECT count(*) FROM acked"));
  EXPECT_GT(acknowledged, 0);
  EXPECT_GE(kept, acknowledged);
  fmt::print("{} writes acknowledged, {} there\n", acknowledged, kept);

  // The old writer was shut down at the very position: it follows without any rewind.
  world.east().database().assign({model::RegionRole::standby, world.layout().standby.name, Epoch{2}});
  const auto done = world.east().database().reprotect(Epoch{2}, world.in(Milliseconds{30'000}));
  ASSERT_TRUE(done.has_value()) << done.error().text();
  EXPECT_EQ(done->method, engine::ReprotectMethod::followed);
  EXPECT_EQ(done->diverged_rows, 0U);
}

TEST_F(RegionDatabaseTest, TheFactsOfBothRegionsAreEqual) {
  world.build(true);
  world.ask(world.east(), "db-1", "CREATE TABLE t (id int PRIMARY KEY)");
  const auto east = world.east().database().facts();
  ASSERT_TRUE(east.has_value()) << east.error().text();
  EXPECT_EQ(east->count("table public.t"), 1U);
  eventually([&] { return world.west().database().facts().value_or(*east).count("table public.t") == 1; },
             "replicated");
  const auto west = world.west().database().facts();
  ASSERT_TRUE(west.has_value());
  for (const auto& [fact, value] : *east) {
    const bool named = fact.ends_with("cluster_name") || fact.ends_with("listen_addresses") ||
                       fact.ends_with("primary_conninfo") || fact.ends_with("synchronous_standby_names");
    if (!named) {
      EXPECT_EQ(value, west->contains(fact) ? west->at(fact) : "(absent)") << fact;
    }
  }
  EXPECT_EQ(east->size(), west->size());
}

TEST_F(RegionDatabaseTest, ALostRegionComesBackWithEveryLostWriteInTheLedgerAndTakesOverAgain) {
  world.build(true);
  std::optional<Keeping> east(std::in_place, world.east().database());
  std::optional<Keeping> west(std::in_place, world.west().database());
  eventually([&] { return world.east().observed("db-2").role == DatabaseRole::synchronous_standby; }, "synchronous");
  world.ask(world.east(), "db-1", "CREATE TABLE acked (id bigserial PRIMARY KEY)");
  // A replica that falls behind: what is written from here on is lost with the region.
  eventually([&] { return world.answers(world.west(), "db-1", "SELECT to_regclass('acked')", "acked"); }, "replicated");
  west.reset();
  for (const auto* node : {"db-1", "db-2"}) world.west().kill_node(node);
  std::atomic<bool> stop = false;
  auto writing = std::async(std::launch::async, [&, client = world.client(world.east(), "db-1")]() mutable {
    return acknowledged_inserts(std::move(client), stop);
  });
  std::this_thread::sleep_for(Milliseconds{500});  // The load runs for a while; nothing depends on how long.
  east.reset();                                    // The region's agent is lost with it.
  world.east().kill_node("db-2");
  world.east().kill_node("db-1");
  const int acknowledged = writing.get();

  const auto promotion = world.west().database().promote(Epoch{2}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(promotion.has_value()) << promotion.error().text();
  const int there = std::stoi(world.ask(world.west(), promotion->node, "SELECT count(*) FROM acked"));
  west.emplace(world.west().database());
  world.east().restart();
  world.east().database().assign({model::RegionRole::standby, world.layout().standby.name, Epoch{2}});
  const auto done = world.east().database().reprotect(Epoch{2}, world.in(Milliseconds{60'000}));
  ASSERT_TRUE(done.has_value()) << done.error().text();
  EXPECT_LT(there, acknowledged) << "something was lost";
  fmt::print("{} acknowledged, {} there, {} in the ledger\n", acknowledged, there, done->diverged_rows);
  EXPECT_GE(there + static_cast<int>(done->diverged_rows), acknowledged);
  EXPECT_LE(there + static_cast<int>(done->diverged_rows), acknowledged + 1) << "at most the insert under way";
  EXPECT_EQ(done->diverged_transactions, done->diverged_rows);

  // Back again: the region that was lost takes over without any loss.
  eventually(
      [&] {
        return world.west().observed("db-2").role == DatabaseRole::synchronous_standby ||
               world.west().observed("db-1").role == DatabaseRole::synchronous_standby;
      },
      "the west has a synchronous standby", Milliseconds{30'000});
  world.ask(world.west(), promotion->node, "INSERT INTO acked VALUES (1000000)");
  west.reset();
  const auto fenced = world.west().database().fence(Epoch{2}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(fenced.has_value() && fenced->final_position.has_value());
  ASSERT_TRUE(world.east().database().drain(*fenced->final_position, world.in(Milliseconds{10'000})).has_value());
  const auto back = world.east().database().promote(Epoch{3}, world.in(Milliseconds{10'000}));
  ASSERT_TRUE(back.has_value()) << back.error().text();
  EXPECT_EQ(world.ask(world.east(), back->node, "SELECT count(*) FROM acked"), std::to_string(there + 1));
  world.west().database().assign({model::RegionRole::standby, world.layout().home.name, Epoch{3}});
  const auto again = world.west().database().reprotect(Epoch{3}, world.in(Milliseconds{60'000}));
  ASSERT_TRUE(again.has_value()) << again.error().text();
  EXPECT_EQ(again->method, engine::ReprotectMethod::followed);
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
