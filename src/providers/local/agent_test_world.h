#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "providers/local/asset_test_world.h"
#include "providers/local/duty_wire.h"
#include "providers/local/wire.h"
#include "system/http_client.h"
#include "system/process.h"

namespace lifeboat::local::test {

using base::Milliseconds;
using nlohmann::json;

inline constexpr const char* stack_file = R"(stack: agent-test
regions:
  - name: us-east-2
    role: home
    zones: [us-east-2a, us-east-2b]
  - name: us-west-1
    role: standby
    zones: [us-west-1a, us-west-1c]
recovery:
  lease: 1h
)";

/// One agent as a child of the test, which is its init.
class AgentProcess {
 public:
  AgentProcess(const AssetWorld& world, std::string scope, Endpoint endpoint)
      : world_(world), scope_(std::move(scope)), endpoint_(std::move(endpoint)) {
    start();
  }
  ~AgentProcess() { kill(); }
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;

  void start() {
    auto environment = system::basic_environment();
    environment["LIFEBOAT_SCOPE"] = (world_.folder / scope_).string();
    const auto spawned = system::spawn({{reachable(LIFEBOAT_AGENT_PROGRAM).string(), world_.folder.string(), scope_},
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
    if (path == "/v1/database/promote" || path == "/v1/database/reopen" || body.value("role", "") == "active") {
      grant_lease(body.at("epoch").get<std::uint64_t>());
    }
    const auto begin = world_.in(0);
    const auto [status, answer] = call("POST", path, body.dump(), world_.secrets.agent_token);
    if (std::getenv("LIFEBOAT_TEST_TIMES") != nullptr) {
      fmt::print("{}{}: {} ms\n", scope_, path, (world_.in(0) - begin).count() / 1'000'000);
    }
    EXPECT_EQ(status, 200) << scope_ << path << ' ' << body.dump() << ": " << answer.dump();
    return answer;
  }
  /// As the controller does, which these tests have none of.
  void grant_lease(std::uint64_t epoch) {
    const engine::LeaseGrant grant{
        {scope_}, base::Epoch{epoch}, world_.in(0), std::chrono::duration_cast<Milliseconds>(std::chrono::hours(1))};
    call("POST", "/v1/lease", to_wire(grant).dump(), world_.secrets.agent_token);
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
  const AssetWorld& world_;
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

  AssetWorld world;
  const char* active = "us-east-2";
};

/// Clients that write without a pause, spread over the regions' doors.
class Writers {
 public:
  Writers(const AssetWorld& world, const std::vector<RegionLayout>& regions, int count) {
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
  static base::Instant world_now(const AssetWorld& world) { return world.in(0); }
  std::atomic<bool> stop_ = false;
  std::atomic<int> done_ = 0;
  std::atomic<int> failed_ = 0;
  std::atomic<std::int64_t> next_ = 0;
  std::atomic<std::int64_t> longest_ms_ = 0;
  std::vector<std::jthread> threads_;
};

}  // namespace lifeboat::local::test
