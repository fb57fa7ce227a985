// The replica that the other region follows by, on real PostgreSQL servers: what if it has more than its new writer?

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <iterator>
#include <string>

#include "providers/local/postgres_process.h"
#include "providers/local/postgres_test_world.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;

std::string title_of(pid_t pid) {
  std::ifstream stream(fmt::format("/proc/{}/cmdline", pid));
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(RegionDatabaseLead, AReplicaThatReceivedMoreThanTheNewWriterIsRebuiltAndFollowsIt) {
  test::TestWorld world;
  world.build(true);
  {
    const test::KeepingBoth keeping(world);
    EXPECT_TRUE(wait_for({world.clock(), world.in(Milliseconds{10'000})}, Milliseconds{20}, [&] {
      return world.east().observed("db-2").role == model::DatabaseRole::synchronous_standby;
    }));
  }
  world.ask(world.east(), "db-1", "CREATE TABLE t (n int)");
  std::future<void> unacknowledged;
  {
    // The standby hangs, so nothing is acknowledged any more; the other region receives it all the same.
    for (const pid_t pid : processes_in(world.east().data("db-2"))) ::kill(pid, SIGSTOP);
    auto client = std::make_shared<PostgresClient>(world.client(world.east(), "db-1"));
    unacknowledged = std::async(std::launch::async, [client] {
      (void)client->query("INSERT INTO t SELECT generate_series(1, 1000)", Milliseconds{2'000});
    });
    const auto inserted = [&] { return world.answers(world.west(), "db-1", "SELECT count(*) FROM t", "1000"); };
    EXPECT_TRUE(wait_for({world.clock(), world.in(Milliseconds{5'000})}, Milliseconds{20}, inserted));
    world.east().kill_node("db-1");
    // What its kernel has received for it is lost too.
    for (const pid_t pid : processes_in(world.east().data("db-2"))) {
      if (title_of(pid).find("walreceiver") != std::string::npos) ::kill(pid, SIGKILL);
    }
    for (const pid_t pid : processes_in(world.east().data("db-2"))) ::kill(pid, SIGCONT);
  }
  unacknowledged.wait();
  const test::KeepingBoth keeping(world);
  EXPECT_TRUE(wait_for({world.clock(), world.in(Milliseconds{20'000})}, Milliseconds{50},
                       [&] { return world.east().database().writer() == "db-2"; }));
  world.ask(world.east(), "db-2", "INSERT INTO t VALUES (0)");
  const auto follows = [&] {
    return world.west().observed("db-1").streaming &&
           world.answers(world.west(), "db-1", "SELECT count(*) FROM t", "1");
  };
  EXPECT_TRUE(wait_for({world.clock(), world.in(Milliseconds{60'000})}, Milliseconds{100}, follows));
  for (const auto& sentence : world.west().database().take_sentences()) fmt::print("  {}\n", sentence);
}

}  // namespace
}  // namespace lifeboat::local
