// The load balancer on the real HAProxy; the instances are small servers of the test's own.

#include "providers/local/load_balancer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <stop_token>
#include <thread>
#include <vector>

#include "providers/local/asset_test_world.h"
#include "providers/local/lease_page.h"
#include "providers/local/load_balancer_config.h"
#include "system/http_client.h"
#include "system/http_server.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;
using model::TrafficMode;

/// The instances of a region: each answers with its region's name.
class Instances {
 public:
  explicit Instances(const RegionContext& context) {
    for (const auto& placement : context.region.web_instances) {
      auto server = system::HttpServer::start(placement.endpoint.address, placement.endpoint.port,
                                              [name = context.region.name.value](const system::HttpCall& call) {
                                                return system::HttpAnswer{call.path == "/fail" ? 500 : 200, name};
                                              });
      EXPECT_TRUE(server.has_value()) << server.error().text();
      servers_.push_back(std::move(*server));
    }
  }
  void stop_first() { servers_.erase(servers_.begin()); }

 private:
  std::vector<system::HttpServer> servers_;
};

class LoadBalancerTest : public ::testing::Test {
 protected:
  /// The agents make them before anything else.
  void SetUp() override {
    for (const auto* region : {&world.east(), &world.west()}) {
      ASSERT_TRUE(LeasePage::open(region->paths.lease()).has_value());
    }
  }
  base::Result<system::HttpResponse> get(const RegionContext& region, const std::string& path,
                                         std::vector<std::pair<std::string, std::string>> headers = {}) {
    const auto& door = region.region.load_balancer.endpoint;
    return system::http_request(
        {.address = door.address, .port = door.port, .target = path, .headers = std::move(headers)},
        Milliseconds{3000});
  }
  int status(const RegionContext& region, const std::string& path = "/events") {
    const auto answer = get(region, path);
    return answer ? answer->status : -1;
  }
  void start(LoadBalancer& balancer) {
    const auto done = balancer.ensure(world.in(5000));
    ASSERT_TRUE(done.has_value()) << done.error().text();
  }
  void set(LoadBalancer& balancer, TrafficMode mode) {
    const auto done = balancer.set_mode(mode, world.in(3000));
    ASSERT_TRUE(done.has_value()) << done.error().text();
  }
  bool eventually(const RegionContext& region, int wanted) {
    return wait_for(world.within(3000), Milliseconds{10}, [&] { return status(region) == wanted; });
  }

  /// A write as its client sees it, with a lease that ends in so long.
  int post(Milliseconds lease) { return post_after({base::Epoch{1}, world.clock().now() + lease}); }
  int post_after(const LeasePage::Content& content) {
    auto page = LeasePage::open(world.east().paths.lease());
    EXPECT_TRUE(page.has_value());
    page->write(content);
    return send_write();
  }
  int send_write() {
    const auto& door = world.east().region.load_balancer.endpoint;
    const auto answer = system::http_request(
        {.method = "POST", .address = door.address, .port = door.port, .target = "/events", .body = "{}"},
        Milliseconds{3000});
    return answer ? answer->status : -1;
  }

  test::AssetWorld world;
};

TEST_F(LoadBalancerTest, Starts_closed_and_its_door_answers_in_every_mode) {
  const Instances instances(world.east());
  LoadBalancer east(world.east());
  start(east);
  const auto closed = get(world.east(), "/events");
  ASSERT_TRUE(closed.has_value());
  EXPECT_EQ(closed->status, 503);
  EXPECT_EQ(
      closed->body,
      R"({"error":{"code":"region_closed","message":"us-east-2 does not serve","help":"Try again in a second; resolve the name again."}})");
  EXPECT_EQ(get(world.east(), "/lifeboat/door")->body, R"({"region":"us-east-2","mode":"closed","lease":"ended"})");
  set(east, TrafficMode::serve);
  EXPECT_TRUE(eventually(world.east(), 200));
  EXPECT_EQ(get(world.east(), "/lifeboat/door")->body, R"({"region":"us-east-2","mode":"serve","lease":"ended"})");
  const auto seen = east.observe();
  EXPECT_EQ(seen.state, model::AssetState::ready) << seen.detail;
  EXPECT_EQ(seen.facts.at("live servers"), "web-1 web-2 web-3");
  EXPECT_TRUE(seen.version.starts_with("2.")) << seen.version;
}

TEST_F(LoadBalancerTest, Acknowledges_no_write_without_a_lease) {
  const Instances instances(world.east());
  LoadBalancer east(world.east());
  start(east);
  set(east, TrafficMode::serve);
  ASSERT_TRUE(eventually(world.east(), 200));
  EXPECT_EQ(post(Milliseconds{10'000}), 200);
  EXPECT_EQ(get(world.east(), "/lifeboat/door")->body, R"({"region":"us-east-2","mode":"serve","lease":"held"})");
  EXPECT_EQ(post(Milliseconds{0}), 503);
  EXPECT_EQ(post_after({base::Epoch{1}, {}, world.clock().now() + Milliseconds{1000}}), 200) << "it was on its way";
  EXPECT_EQ(post_after({base::Epoch{1}, {}, world.clock().now()}), 503);
  EXPECT_EQ(post_after({base::Epoch{1}, {}, {}}), 503) << "there never was a lease";
  EXPECT_EQ(status(world.east()), 200) << "a read acknowledges nothing";
  EXPECT_EQ(post(Milliseconds{10'000}), 200);
}

TEST_F(LoadBalancerTest, Acknowledges_writes_while_the_lease_is_renewed) {
  const Instances instances(world.east());
  LoadBalancer east(world.east());
  start(east);
  set(east, TrafficMode::serve);
  ASSERT_TRUE(eventually(world.east(), 200));
  ASSERT_EQ(post(Milliseconds{10'000}), 200);
  auto page = LeasePage::open(world.east().paths.lease());
  ASSERT_TRUE(page);
  // Far more often than an agent renews, so that many looks at the page meet a renewal.
  const std::jthread renewals([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      page->write({base::Epoch{1}, world.clock().now() + Milliseconds{10'000}});
      std::this_thread::sleep_for(std::chrono::microseconds{20});
    }
  });
  for (int writes = 0; writes < 500; ++writes) ASSERT_EQ(send_write(), 200) << "write " << writes;
}

TEST_F(LoadBalancerTest, Keeps_its_mode_over_a_kill) {
  const Instances instances(world.east());
  LoadBalancer east(world.east());
  start(east);
  set(east, TrafficMode::serve);
  ASSERT_TRUE(eventually(world.east(), 200));
  const auto pid = east.observe().pid;
  ::kill(pid, SIGKILL);
  EXPECT_TRUE(eventually(world.east(), 200));
  EXPECT_NE(east.observe().pid, pid);
}

TEST_F(LoadBalancerTest, A_successor_adopts_the_running_process) {
  const Instances instances(world.east());
  LoadBalancer east(world.east());
  start(east);
  set(east, TrafficMode::serve);
  const auto pid = east.observe().pid;
  Supervisor second(world.east().paths.root);
  RegionContext context{world.stack,   world.layout,   world.layout.home, world.paths, world.east().paths,
                        world.secrets, world.programs, world.clock(),     second};
  LoadBalancer successor(context);
  start(successor);
  EXPECT_EQ(successor.observe().pid, pid);
  EXPECT_EQ(successor.mode(), TrafficMode::serve);
  EXPECT_TRUE(eventually(world.east(), 200));
}

TEST_F(LoadBalancerTest, Forwards_and_never_in_circles) {
  const Instances east_instances(world.east());
  LoadBalancer east(world.east());
  LoadBalancer west(world.west());
  start(east);
  start(west);
  set(east, TrafficMode::serve);
  set(west, TrafficMode::forward);
  ASSERT_TRUE(wait_for(world.within(3000), Milliseconds{10}, [&] {
    const auto answer = get(world.west(), "/events");
    return answer && answer->status == 200 && answer->body == "us-east-2";
  }));
  set(east, TrafficMode::forward);
  EXPECT_EQ(status(world.east()), 503);
  EXPECT_EQ(status(world.west()), 503);
  set(east, TrafficMode::serve);
  EXPECT_TRUE(eventually(world.west(), 200));
}

TEST_F(LoadBalancerTest, A_killed_instance_is_out_within_half_a_second) {
  Instances instances(world.east());
  LoadBalancer east(world.east());
  start(east);
  set(east, TrafficMode::serve);
  ASSERT_TRUE(eventually(world.east(), 200));
  const auto begin = world.clock().now();
  instances.stop_first();
  int failures = 0;
  bool out = false;
  while (!out && world.clock().now() - begin < Milliseconds{2000}) {
    if (status(world.east()) != 200) ++failures;
    out = east.observe().facts["live servers"] == "web-2 web-3";
  }
  EXPECT_LT(world.clock().now() - begin, Milliseconds{500});
  EXPECT_TRUE(out);
  EXPECT_LE(failures, 1) << "only what was under way there may fail";
}

TEST_F(LoadBalancerTest, No_request_fails_while_the_regions_change_places) {
  const Instances east_instances(world.east());
  const Instances west_instances(world.west());
  LoadBalancer east(world.east());
  LoadBalancer west(world.west());
  start(east);
  start(west);
  set(east, TrafficMode::serve);
  set(west, TrafficMode::serve);
  ASSERT_TRUE(eventually(world.east(), 200));
  ASSERT_TRUE(eventually(world.west(), 200));
  set(west, TrafficMode::forward);
  std::atomic<bool> stop = false;
  std::atomic<int> done = 0;
  std::atomic<int> failed = 0;
  std::vector<std::jthread> clients;
  for (int number = 0; number < 8; ++number) {
    clients.emplace_back([&, number] {
      system::HttpConnection connection;
      const auto& door = (number % 2 == 0 ? world.east() : world.west()).region.load_balancer.endpoint;
      while (!stop) {
        const auto answer =
            connection.request({.address = door.address, .port = door.port, .target = "/events"}, Milliseconds{3000});
        if (answer && answer->status == 200) {
          ++done;
        } else if (failed++ == 0) {
          ADD_FAILURE() << "client " << number << ": " << (answer ? answer->body : answer.error().text());
        }
      }
    });
  }
  for (int round = 0; round < 5; ++round) {
    set(west, TrafficMode::serve);
    set(east, TrafficMode::forward);
    std::this_thread::sleep_for(Milliseconds{100});  // Traffic in this state is what is tested.
    set(east, TrafficMode::serve);
    set(west, TrafficMode::forward);
    std::this_thread::sleep_for(Milliseconds{100});
  }
  stop = true;
  clients.clear();
  EXPECT_EQ(failed, 0);
  EXPECT_GT(done, 500);
}

}  // namespace
}  // namespace lifeboat::local

int main(int argc, char** argv) {
  return lifeboat::local::test::run_tests_unprivileged(argc, argv);
}
