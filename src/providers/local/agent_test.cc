// The agents of a stack as processes of their own, with everything they run: the real programs.

#include "providers/local/agent.h"

#include "providers/local/agent_test_world.h"
#include "system/dns_client.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;
using nlohmann::json;
using test::AgentProcess;
using test::AgentTest;

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
                            !name.starts_with("graf") && !name.starts_with("node"))
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
  // The other region's two are not there.
  for (const auto* name : {"alertmanager-1", "alertmanager-2"}) {
    EXPECT_TRUE(wait_for(world.within(20'000), Milliseconds{50},
                         [&] { return find(name).detail == "sees 2 of 4 alert managers"; }));
  }
  const auto first = find("prometheus-1");
  EXPECT_TRUE(first.version.starts_with("2.")) << first.version;
  EXPECT_NE(first.facts.at("alert rules").find(R"(TargetDown: up{job!="web"} == 0)"), std::string::npos);
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
  return lifeboat::local::test::run_tests_unprivileged(argc, argv, {LIFEBOAT_AGENT_PROGRAM});
}
