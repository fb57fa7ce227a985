// What clients see while the agents move the writer about: the real programs under load.

#include "providers/local/agent_test_world.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;
using nlohmann::json;
using test::AgentProcess;
using test::AgentTest;
using test::Writers;

TEST_F(AgentTest, All_instances_of_both_regions_write_to_the_one_writer) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  AgentProcess west(world, "us-west-1", world.layout.standby.agent);
  build(east, "active");
  build(west, "standby");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  west.post("/v1/traffic", {{"mode", "forward"}, {"epoch", 1}});
  EXPECT_TRUE(writes_succeed(world.layout.standby));
  for (const auto& region : {world.layout.home, world.layout.standby}) {
    for (const auto& instance : region.web_instances) {
      const auto write = [&] {
        return system::http_request({.method = "POST",
                                     .address = instance.endpoint.address,
                                     .port = instance.endpoint.port,
                                     .target = "/lifeboat/marker",
                                     .bearer_token = world.secrets.marker_token,
                                     .body = R"({"number":7})"},
                                    Milliseconds{5000});
      };
      // The standby region's pool finds the writer by itself, a moment after it was started.
      auto answer = write();
      wait_for(world.within(20'000), Milliseconds{50}, [&] { return (answer = write()) && answer->status == 200; });
      ASSERT_TRUE(answer.has_value()) << answer.error().text();
      EXPECT_EQ(answer->status, 200) << region.name.value << '/' << instance.name << ' ' << answer->body;
    }
  }
  const auto facts = facts_from_wire(east.get("/v1/facts").second.dump());
  ASSERT_TRUE(facts.has_value());
  EXPECT_EQ(facts->parts.at("lb").at("live servers"), "web-1 web-2 web-3");
  EXPECT_EQ(facts->parts.at("database").at("setting wal_level"), "replica");
  EXPECT_EQ(facts->parts.at("database").at("role lifeboat_monitor"), "login member of pg_monitor");
}

TEST_F(AgentTest, A_switchover_under_load_fails_no_request) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  AgentProcess west(world, "us-west-1", world.layout.standby.agent);
  build(east, "active");
  build(west, "standby");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  west.post("/v1/traffic", {{"mode", "forward"}, {"epoch", 1}});
  ASSERT_TRUE(writes_succeed(world.layout.home));
  ASSERT_TRUE(writes_succeed(world.layout.standby));
  Writers writers(world, {world.layout.home, world.layout.standby}, 20);
  std::this_thread::sleep_for(Milliseconds{500});  // Load in the old state is what is tested.
  east.post("/v1/database/checkpoint", {{"epoch", 1}});
  east.post("/v1/writes/hold", {{"epoch", 1}});
  const auto fence = east.post("/v1/database/fence", {{"epoch", 1}, {"planned", true}});
  const auto until = fence["final_position"];
  ASSERT_TRUE(until.is_number()) << fence.dump();
  west.post("/v1/database/drain", {{"until", until}});
  west.post("/v1/database/promote", {{"epoch", 2}});
  east.post("/v1/writes/release", {{"epoch", 2}, {"writer_region", "us-west-1"}});
  west.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 2}});
  east.post("/v1/traffic", {{"mode", "forward"}, {"epoch", 2}});
  active = "us-west-1";
  assign(west, "active", 2);
  assign(east, "standby", 2);
  std::this_thread::sleep_for(Milliseconds{1000});  // And in the new one.
  writers.finish();
  EXPECT_EQ(writers.failed(), 0);
  EXPECT_GT(writers.done(), 20);
  EXPECT_LT(writers.longest_ms(), 2000);
  fmt::print("{} writes, the longest took {} ms\n", writers.done(), writers.longest_ms());
  EXPECT_EQ(write_marker(world.layout.home, 9).second.substr(0, 9), "us-west-1");
}

TEST_F(AgentTest, No_statement_fails_while_the_pool_holds_and_releases) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  build(east, "active");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  ASSERT_TRUE(writes_succeed(world.layout.home));
  Writers writers(world, {world.layout.home}, 12);
  for (int round = 0; round < 10; ++round) {
    east.post("/v1/writes/hold", {{"epoch", 1}, {"relay", false}});
    std::this_thread::sleep_for(Milliseconds{100});  // Requests pile up meanwhile.
    east.post("/v1/writes/release", {{"epoch", 1}, {"relay", false}, {"writer_region", "us-east-2"}});
    std::this_thread::sleep_for(Milliseconds{50});
  }
  writers.finish();
  EXPECT_EQ(writers.failed(), 0);
  EXPECT_GT(writers.done(), 20);
  EXPECT_FALSE(east.observe().writes_held);
}

TEST_F(AgentTest, A_writer_that_moves_inside_the_region_takes_the_pool_along) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  build(east, "active");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  ASSERT_TRUE(writes_succeed(world.layout.home));
  ASSERT_TRUE(wait_for(world.within(10'000), Milliseconds{50}, [&] {
    const auto nodes = east.observe().nodes;
    return std::ranges::any_of(nodes,
                               [](const auto& node) { return node.role == model::DatabaseRole::synchronous_standby; });
  }));
  // A paused server is lost for good, while a killed one may be back before anybody has missed it.
  ::kill(east.pids().at("db-1"), SIGSTOP);
  EXPECT_TRUE(wait_for(world.within(10'000), Milliseconds{20}, [&] { return east.observe().writer == "db-2"; }));
  EXPECT_TRUE(writes_succeed(world.layout.home, 5'000));
}

TEST_F(AgentTest, A_hold_that_nobody_ends_ends_by_itself) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  build(east, "active");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  ASSERT_TRUE(writes_succeed(world.layout.home));
  const auto begin = world.in(0);
  east.post("/v1/writes/hold", {{"epoch", 1}, {"relay", false}});
  EXPECT_TRUE(east.observe().writes_held);
  east.kill();
  east.start();
  EXPECT_TRUE(wait_for(world.within(20'000), Milliseconds{100},
                       [&] { return write_marker(world.layout.home, 5).first == 200; }));
  EXPECT_GT(world.in(0) - begin, Milliseconds{7000});
  EXPECT_LT(world.in(0) - begin, Milliseconds{16'000});
}

}  // namespace
}  // namespace lifeboat::local

int main(int argc, char** argv) {
  return lifeboat::local::test::run_tests_unprivileged(argc, argv, {LIFEBOAT_AGENT_PROGRAM});
}
