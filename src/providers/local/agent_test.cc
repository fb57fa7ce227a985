// The agents of a stack as processes of their own, with everything they run: the real programs.

#include "providers/local/agent.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "providers/local/asset_test_world.h"
#include "providers/local/region_database.h"
#include "providers/local/wire.h"
#include "system/dns_client.h"
#include "system/files.h"
#include "system/http_client.h"
#include "system/process.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;
using nlohmann::json;

constexpr const char* stack_file = R"(stack: agent-test
regions:
  - name: us-east-2
    role: home
    zones: [us-east-2a, us-east-2b]
  - name: us-west-1
    role: standby
    zones: [us-west-1a, us-west-1c]
)";

/// One agent as a child of the test, which is its init.
class AgentProcess {
 public:
  AgentProcess(const test::AssetWorld& world, std::string scope, Endpoint endpoint)
      : world_(world), scope_(std::move(scope)), endpoint_(std::move(endpoint)) {
    start();
  }
  ~AgentProcess() { kill(); }
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;

  void start() {
    auto environment = system::basic_environment();
    environment["LIFEBOAT_SCOPE"] = (world_.folder / scope_).string();
    const auto spawned = system::spawn({{LIFEBOAT_AGENT_PROGRAM, world_.folder.string(), scope_},
                                        environment,
                                        world_.folder / scope_,
                                        world_.folder / scope_ / "logs" / "agent.log"});
    ASSERT_TRUE(spawned.has_value()) << spawned.error().text();
    pid_ = spawned->pid;
    ASSERT_TRUE(wait_for(world_.within(10'000), Milliseconds{10}, [&] { return get("/v1/health").first == 200; }));
  }
  void kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  std::pair<int, json> get(const std::string& path) { return call("GET", path, "", world_.secrets.agent_token); }
  std::pair<int, json> call(const std::string& method, const std::string& path, const std::string& body,
                            const std::string& token) {
    const auto answer = system::http_request({.method = method,
                                              .address = endpoint_.address,
                                              .port = endpoint_.port,
                                              .target = path,
                                              .bearer_token = token,
                                              .body = body},
                                             Milliseconds{60'000});
    if (!answer) return {0, answer.error().text()};
    return {answer->status, json::parse(answer->body, nullptr, false)};
  }
  /// Fails the test unless it answers 200.
  json post(const std::string& path, json body) {
    body["timeout_ms"] = 40'000;
    const auto begin = world_.in(0);
    const auto [status, answer] = call("POST", path, body.dump(), world_.secrets.agent_token);
    if (std::getenv("LIFEBOAT_TEST_TIMES") != nullptr) {
      fmt::print("{}{}: {} ms\n", scope_, path, (world_.in(0) - begin).count() / 1'000'000);
    }
    EXPECT_EQ(status, 200) << scope_ << path << ' ' << body.dump() << ": " << answer.dump();
    return answer;
  }
  int post_status(const std::string& path, json body) {
    body["timeout_ms"] = 5'000;
    return call("POST", path, body.dump(), world_.secrets.agent_token).first;
  }
  model::ObservedRegion observe() {
    const auto [status, answer] = get("/v1/observation");
    EXPECT_EQ(status, 200) << answer.dump();
    const auto seen = region_from_wire(answer.dump());
    EXPECT_TRUE(seen.has_value());
    return seen ? *seen : model::ObservedRegion{};
  }
  std::map<std::string, int> pids() {
    std::map<std::string, int> all;
    const auto seen = observe();
    for (const auto& asset : seen.assets) all[asset.id.name] = asset.pid;
    for (const auto& node : seen.nodes) all[node.name] = node.pid;
    return all;
  }

 private:
  const test::AssetWorld& world_;
  std::string scope_;
  Endpoint endpoint_;
  pid_t pid_ = 0;
};

class AgentTest : public ::testing::Test {
 protected:
  AgentTest() {
    std::ofstream(world.folder / "stack.yaml") << stack_file;
    std::ofstream(world.folder / "slot") << world.layout.slot;
    std::filesystem::create_directories(world.paths.global().root / "logs");
  }

  void assign(AgentProcess& agent, const char* role, int epoch) {
    agent.post("/v1/assign", {{"role", role}, {"active_region", active}, {"epoch", epoch}});
  }
  void ensure(AgentProcess& agent, const std::vector<std::string>& names, int epoch) {
    std::vector<std::future<void>> all;
    for (const auto& name : names) {
      all.push_back(std::async(std::launch::async, [&agent, name, epoch] {
        agent.post("/v1/assets/ensure", {{"name", name}, {"epoch", epoch}});
      }));
    }
    for (auto& one : all) one.get();
  }
  /// The region as `up` makes it, in epoch 1, with its databases, pool, instances and load balancer.
  void build(AgentProcess& agent, const char* role) {
    assign(agent, role, 1);
    ensure(agent, {"db-1", "db-2", "pool", "web-1", "web-2", "web-3", "lb"}, 1);
  }
  std::pair<int, std::string> write_marker(const RegionLayout& region, std::int64_t number) {
    const auto& door = region.load_balancer.endpoint;
    const auto answer = system::http_request({.method = "POST",
                                              .address = door.address,
                                              .port = door.port,
                                              .target = "/lifeboat/marker",
                                              .bearer_token = world.secrets.marker_token,
                                              .body = json{{"number", number}}.dump()},
                                             Milliseconds{15'000});
    if (!answer) return {0, answer.error().text()};
    return {answer->status, answer->status == 200 ? answer->served_by : answer->body};
  }
  bool writes_succeed(const RegionLayout& region, int limit_ms = 10'000) {
    return wait_for(world.within(limit_ms), Milliseconds{20}, [&] { return write_marker(region, 1).first == 200; });
  }

  test::AssetWorld world;
  const char* active = "us-east-2";
};

/// Clients that write without a pause, spread over the regions' doors.
class Writers {
 public:
  Writers(const test::AssetWorld& world, const std::vector<RegionLayout>& regions, int count) {
    for (int number = 0; number < count; ++number) {
      const auto& region = regions.at(static_cast<std::size_t>(number) % regions.size());
      threads_.emplace_back([this, &world, door = region.load_balancer.endpoint] {
        system::HttpConnection connection;
        while (!stop_) {
          const auto begin = world_now(world);
          const auto answer = connection.request({.method = "POST",
                                                  .address = door.address,
                                                  .port = door.port,
                                                  .target = "/lifeboat/marker",
                                                  .bearer_token = world.secrets.marker_token,
                                                  .body = json{{"number", ++next_}}.dump()},
                                                 Milliseconds{15'000});
          longest_ms_ = std::max(longest_ms_.load(), (world_now(world) - begin).count() / 1'000'000);
          if (answer && answer->status == 200) {
            ++done_;
          } else if (failed_++ == 0) {
            ADD_FAILURE() << "the first failed write: " << (answer ? answer->body : answer.error().text());
          }
        }
      });
    }
  }
  void finish() {
    stop_ = true;
    threads_.clear();
  }
  int done() const { return done_; }
  int failed() const { return failed_; }
  std::int64_t longest_ms() const { return longest_ms_; }

 private:
  static base::Instant world_now(const test::AssetWorld& world) { return world.in(0); }
  std::atomic<bool> stop_ = false;
  std::atomic<int> done_ = 0;
  std::atomic<int> failed_ = 0;
  std::atomic<std::int64_t> next_ = 0;
  std::atomic<std::int64_t> longest_ms_ = 0;
  std::vector<std::jthread> threads_;
};

TEST_F(AgentTest, Asks_for_the_token_and_refuses_older_epochs) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  EXPECT_EQ(east.call("GET", "/v1/health", "", "").first, 401);
  EXPECT_EQ(east.call("GET", "/v1/health", "", "wrong").first, 401);
  EXPECT_EQ(east.call("GET", "/v1/nothing", "", world.secrets.agent_token).first, 404);
  EXPECT_EQ(east.call("GET", "/v1/assign", "", world.secrets.agent_token).first, 405);
  EXPECT_EQ(east.call("POST", "/v1/assign", "{", world.secrets.agent_token).first, 400);
  EXPECT_EQ(east.post_status("/v1/assign", {{"role", "leader"}, {"active_region", "x"}, {"epoch", 1}}), 400);
  assign(east, "standby", 5);
  EXPECT_EQ(east.get("/v1/health").second["epoch"], 5);
  EXPECT_EQ(east.post_status("/v1/assign", {{"role", "active"}, {"active_region", "us-east-2"}, {"epoch", 4}}), 409);
  east.kill();
  east.start();
  EXPECT_EQ(east.get("/v1/health").second["epoch"], 5);
  EXPECT_EQ(east.post_status("/v1/traffic", {{"mode", "serve"}, {"epoch", 4}}), 409);
}

TEST_F(AgentTest, Starts_nothing_before_it_has_a_role) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  const auto [status, answer] =
      east.call("POST", "/v1/assets/ensure", R"({"name":"web-1","epoch":1})", world.secrets.agent_token);
  EXPECT_NE(status, 200);
  EXPECT_EQ(answer["error"]["code"], "not_ready");
}

TEST_F(AgentTest, Dns_keeps_its_record_over_restarts_and_refuses_older_epochs) {
  AgentProcess global(world, "global", world.layout.global_agent);
  const auto& dns = world.layout.dns.endpoint;
  const auto ask = [&]() -> std::string {
    const auto answer = system::dns_lookup(dns.address, dns.port, "api.example.test", Milliseconds{500});
    return answer ? fmt::format("{} ttl {}", answer->addresses.at(0), answer->ttl_s) : answer.error().message;
  };
  global.post("/v1/assets/ensure", {{"name", "dns"}, {"epoch", 1}});
  EXPECT_FALSE(system::dns_lookup(dns.address, dns.port, "api.example.test", Milliseconds{500}).has_value());
  const json record{{"name", "api.example.test"}, {"address", "127.0.0.9"}, {"ttl_s", 1}, {"epoch", 3}};
  global.post("/v1/dns/record", record);
  EXPECT_EQ(ask(), "127.0.0.9 ttl 1");
  global.post("/v1/dns/record", record);
  auto older = record;
  older["epoch"] = 2;
  older["address"] = "127.0.0.8";
  EXPECT_EQ(global.post_status("/v1/dns/record", older), 409);
  EXPECT_EQ(ask(), "127.0.0.9 ttl 1");
  const auto seen = global.observe().assets.at(0);
  EXPECT_EQ(seen.state, model::AssetState::ready) << seen.detail;
  EXPECT_EQ(seen.version.substr(0, 2), "4.");
  ::kill(seen.pid, SIGKILL);
  EXPECT_TRUE(wait_for(world.within(5000), Milliseconds{10}, [&] { return ask() == "127.0.0.9 ttl 1"; })) << ask();
  global.kill();
  global.start();
  EXPECT_EQ(global.post_status("/v1/dns/record", older), 409);
  EXPECT_EQ(ask(), "127.0.0.9 ttl 1");
}

TEST_F(AgentTest, A_killed_agent_finds_everything_running_as_it_was) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  build(east, "active");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  ASSERT_TRUE(writes_succeed(world.layout.home));
  const auto before = east.pids();
  for (const auto& [name, pid] : before)
    EXPECT_EQ(pid != 0, !name.starts_with("prom") && !name.starts_with("alert") && !name.starts_with("db-exp") &&
                            !name.starts_with("graf"))
        << name;
  east.kill();
  EXPECT_EQ(write_marker(world.layout.home, 2).first, 200);
  east.start();
  EXPECT_TRUE(wait_for(world.within(10'000), Milliseconds{50}, [&] { return east.pids() == before; }));
  EXPECT_EQ(write_marker(world.layout.home, 3).first, 200);
  // What dies while there is no agent is started again by the next one.
  east.kill();
  ::kill(before.at("web-2"), SIGKILL);
  east.start();
  EXPECT_TRUE(wait_for(world.within(10'000), Milliseconds{50}, [&] {
    for (const auto& asset : east.observe().assets) {
      if (asset.id.name == "web-2") return asset.state == model::AssetState::ready;
    }
    return false;
  }));
}

TEST_F(AgentTest, A_region_that_was_lost_does_not_serve_before_it_has_a_role) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  build(east, "active");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  ASSERT_TRUE(writes_succeed(world.layout.home));
  east.kill();
  world.end_region(world.layout.home);
  // Another init: the record names the test's parent, not this one.
  auto record = json::parse(*system::read_file(world.paths.region(world.layout.home.name).role()));
  record["init"]["pid"] = 1;
  std::ofstream(world.paths.region(world.layout.home.name).role()) << record.dump();
  east.start();
  std::this_thread::sleep_for(Milliseconds{1000});  // Whatever it would start by itself would be there by then.
  const auto seen = east.observe();
  EXPECT_EQ(seen.role, model::RegionRole::none);
  EXPECT_EQ(seen.traffic, model::TrafficMode::closed);
  for (const auto& asset : seen.assets) EXPECT_EQ(asset.pid, 0) << asset.id.name;
  for (const auto& node : seen.nodes) EXPECT_EQ(node.pid, 0) << node.name;
  EXPECT_NE(east.post_status("/v1/assets/ensure", {{"name", "lb"}, {"epoch", 1}}), 200);
}

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
      const auto answer = system::http_request({.method = "POST",
                                                .address = instance.endpoint.address,
                                                .port = instance.endpoint.port,
                                                .target = "/lifeboat/marker",
                                                .bearer_token = world.secrets.marker_token,
                                                .body = R"({"number":7})"},
                                               Milliseconds{5000});
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
  EXPECT_GT(writers.done(), 100);
  EXPECT_LT(writers.longest_ms(), 2000);
  fmt::print("{} writes, the longest took {} ms\n", writers.done(), writers.longest_ms());
  EXPECT_EQ(write_marker(world.layout.home, 9).second.substr(0, 9), "us-west-1");
}

TEST_F(AgentTest, Monitoring_watches_the_region_and_its_alert_managers_know_each_other) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  assign(east, "active", 1);
  ensure(east, {"db-1", "db-2", "alertmanager-1", "alertmanager-2", "prometheus-1", "prometheus-2", "db-exporter-1"},
         1);
  const auto find = [&](const std::string& name) {
    for (auto& asset : east.observe().assets) {
      if (asset.id.name == name) return asset;
    }
    return model::ObservedAsset{};
  };
  EXPECT_TRUE(
      wait_for(world.within(20'000), Milliseconds{50}, [&] { return find("alertmanager-1").facts["peers"] == "2"; }));
  EXPECT_TRUE(
      wait_for(world.within(20'000), Milliseconds{50}, [&] { return find("alertmanager-2").facts["peers"] == "2"; }));
  const auto first = find("prometheus-1");
  EXPECT_TRUE(first.version.starts_with("2.")) << first.version;
  EXPECT_NE(first.facts.at("alert rules").find("TargetDown: up == 0"), std::string::npos);
  EXPECT_EQ(first.facts, find("prometheus-2").facts);
  const auto& server = world.layout.home.metrics_servers.front().endpoint;
  const auto targets_up = [&] {
    const auto answer = system::http_request(
        {.address = server.address, .port = server.port, .target = "/api/v1/query?query=pg_up"}, Milliseconds{1000});
    return answer && answer->body.find("\"1\"") != std::string::npos;
  };
  EXPECT_TRUE(wait_for(world.within(30'000), Milliseconds{200}, targets_up))
      << "prometheus sees no database through its exporter";
  EXPECT_EQ(find("db-exporter-1").version.substr(0, 2), "0.");
  const auto grafana = find("grafana-1");
  if (world.programs.grafana.empty()) {
    EXPECT_EQ(grafana.state, model::AssetState::absent);
    EXPECT_NE(grafana.detail.find("grafana"), std::string::npos);
  }
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
  EXPECT_GT(writers.done(), 100);
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

TEST_F(AgentTest, An_unplanned_fence_closes_everything_that_could_write) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  build(east, "active");
  east.post("/v1/traffic", {{"mode", "serve"}, {"epoch", 1}});
  ASSERT_TRUE(writes_succeed(world.layout.home));
  const auto fence = east.post("/v1/database/fence", {{"epoch", 1}, {"planned", false}});
  EXPECT_EQ(fence["type"], "fence_certificate");
  EXPECT_GE(fence["evidence"].size(), 3U);
  EXPECT_EQ(write_marker(world.layout.home, 6).first, 503);
  const auto seen = east.observe();
  EXPECT_EQ(seen.traffic, model::TrafficMode::closed);
  EXPECT_EQ(seen.writer, "");
  east.kill();
  east.start();
  std::this_thread::sleep_for(Milliseconds{1000});  // Whatever it would start by itself would be there by then.
  for (const auto& node : east.observe().nodes) EXPECT_FALSE(node.accepts_writes) << node.name;
}

TEST_F(AgentTest, Stop_ends_everything_in_order) {
  AgentProcess east(world, "us-east-2", world.layout.home.agent);
  build(east, "active");
  east.post("/v1/stop", json::object());
  for (const auto& [name, pid] : east.pids()) EXPECT_EQ(pid, 0) << name;
}

}  // namespace
}  // namespace lifeboat::local

int main(int argc, char** argv) {
  return lifeboat::local::test::run_tests_unprivileged(argc, argv);
}
