#include "providers/local/agent_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "providers/local/agent_http.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;
using model::AssetKind;
using model::AssetState;
using model::DatabaseRole;
using testing::HasSubstr;
using testing::Not;

model::ObservedDatabaseNode a_node(std::string name, DatabaseRole role) {
  model::ObservedDatabaseNode node;
  node.name = std::move(name);
  node.zone = {"east-a"};
  node.state = AssetState::ready;
  node.role = role;
  node.accepts_writes = role == DatabaseRole::writer;
  return node;
}

model::ObservedAsset an_asset(std::string name, AssetKind kind, AssetState state) {
  model::ObservedAsset asset;
  asset.id = {{"east"}, std::move(name)};
  asset.kind = kind;
  asset.zone = {"east-a"};
  asset.state = state;
  return asset;
}

model::ObservedRegion active_region() {
  model::ObservedRegion seen;
  seen.name = {"east"};
  seen.reachable = true;
  seen.traffic = model::TrafficMode::serve;
  seen.synchronous_replica = "west/db-1";
  seen.nodes = {a_node("db-1", DatabaseRole::writer), a_node("db-2", DatabaseRole::synchronous_standby)};
  seen.nodes[1].streaming = true;
  seen.nodes[1].lag_bytes = 1234;
  seen.nodes[1].lag_ms = 250;
  seen.assets = {an_asset("lb", AssetKind::load_balancer, AssetState::failing),
                 an_asset("grafana", AssetKind::dashboard, AssetState::absent)};
  return seen;
}

AgentVitals vitals_of_a_writer() {
  engine::AgentDuty duty;
  duty.role = model::RegionRole::active;
  duty.active_region = {"east"};
  duty.epoch = duty.newest = duty.writes_in = {3};
  duty.term = {7, "c"};
  return {duty, AgentVitals::Leases{Milliseconds{2612}, Milliseconds{10'000}, {41, 5}}, Milliseconds{80},
          PoolUse{.clients_active = 9,
                  .clients_waiting = 2,
                  .servers_active = 4,
                  .servers_idle = 3,
                  .longest_wait = Milliseconds{1250},
                  .queries = 1200,
                  .queried = Milliseconds{2500},
                  .waited = Milliseconds{40}}};
}

std::string text_of(const model::ObservedRegion& seen, const AgentVitals& vitals) {
  return metrics::to_text(agent_metrics(seen, vitals));
}

TEST(AgentMetrics, Say_what_the_agent_of_a_writer_sees) {
  const auto text = text_of(active_region(), vitals_of_a_writer());
  for (const auto* line :
       {"lifeboat_agent_epoch 3\n",
        "lifeboat_agent_term 7\n",
        "lifeboat_agent_role{role=\"active\"} 1\n",
        "lifeboat_agent_role{role=\"standby\"} 0\n",
        "lifeboat_agent_traffic{mode=\"serve\"} 1\n",
        "lifeboat_agent_traffic{mode=\"closed\"} 0\n",
        "lifeboat_agent_writes_held 0\n",
        "lifeboat_agent_lease_wanted 1\n",
        "lifeboat_agent_lease_left_seconds 2.612",
        "lifeboat_agent_lease_duration_seconds 10\n",
        "lifeboat_agent_leases_received_total 41\n",
        "lifeboat_agent_leases_granted_total 5\n",
        "lifeboat_agent_peer_silence_seconds 0.08",
        "lifeboat_agent_pool_clients{state=\"active\"} 9\n",
        "lifeboat_agent_pool_clients{state=\"waiting\"} 2\n",
        "lifeboat_agent_pool_servers{state=\"active\"} 4\n",
        "lifeboat_agent_pool_servers{state=\"idle\"} 3\n",
        "lifeboat_agent_pool_longest_wait_seconds 1.25",
        "lifeboat_agent_pool_queries_total 1200\n",
        "lifeboat_agent_pool_query_seconds_total 2.5",
        "lifeboat_agent_pool_wait_seconds_total 0.04",
        "lifeboat_agent_synchronous 1\n",
        "lifeboat_agent_asset_ready{asset=\"lb\",kind=\"load_balancer\",zone=\"east-a\"} 0\n",
        "lifeboat_agent_asset_ready{asset=\"db-2\",kind=\"database_node\",zone=\"east-a\"} 1\n",
        "lifeboat_agent_database_writer{node=\"db-1\"} 1\n",
        "lifeboat_agent_database_writer{node=\"db-2\"} 0\n",
        "lifeboat_agent_replication_streaming{node=\"db-2\",role=\"synchronous_standby\"} 1\n",
        "lifeboat_agent_replication_lag_bytes{node=\"db-2\",role=\"synchronous_standby\"} 1234\n",
        "lifeboat_agent_replication_lag_seconds{node=\"db-2\",role=\"synchronous_standby\"} 0.25\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("grafana"))) << "a machine without Grafana is no failure";
}

TEST(AgentMetrics, The_sample_has_every_metric_of_the_catalogue) {
  EXPECT_EQ(agent_metrics(active_region(), vitals_of_a_writer()).size(), agent_metric_catalogue().size());
}

TEST(AgentMetrics, A_region_that_wants_no_lease_has_none_left_to_show) {
  auto vitals = vitals_of_a_writer();
  vitals.duty.fenced_through = {3};
  vitals.heard_of_other.reset();
  vitals.pool.reset();
  const auto text = text_of(active_region(), vitals);
  EXPECT_THAT(text, HasSubstr("lifeboat_agent_lease_wanted 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("lifeboat_agent_lease_left_seconds")));
  EXPECT_THAT(text, Not(HasSubstr("lifeboat_agent_pool"))) << "what does not answer has no numbers";
  EXPECT_THAT(text, Not(HasSubstr("peer_silence"))) << "what was never heard of has no silence to measure";
}

TEST(AgentMetrics, The_agent_outside_both_regions_has_no_role_and_no_lease) {
  model::ObservedRegion seen;
  seen.assets = {an_asset("dns", AssetKind::dns_server, AssetState::ready)};
  EXPECT_EQ(text_of(seen, {{}, {}, {}}),
            "# HELP lifeboat_agent_epoch The newest epoch that the agent has heard of.\n"
            "# TYPE lifeboat_agent_epoch gauge\n"
            "lifeboat_agent_epoch 0\n"
            "# HELP lifeboat_agent_term The newest controller's term; older controllers are not obeyed.\n"
            "# TYPE lifeboat_agent_term gauge\n"
            "lifeboat_agent_term 0\n"
            "# HELP lifeboat_agent_asset_ready 1 when the asset's own health check passes.\n"
            "# TYPE lifeboat_agent_asset_ready gauge\n"
            "lifeboat_agent_asset_ready{asset=\"dns\",kind=\"dns_server\",zone=\"east-a\"} 1\n");
}

TEST(AgentHttp, Metrics_are_text_and_need_the_token) {
  AgentRoutes routes{.token = "secret", .obey = {}, .get = {}, .post = {}};
  system::HttpCall call{.method = "GET", .path = "/metrics", .query = "", .bearer_token = "secret", .body = ""};
  EXPECT_EQ(answer_call(routes, call).status, 404);
  routes.metrics = [] { return std::string("lifeboat_agent_epoch 1\n"); };
  const auto answer = answer_call(routes, call);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "lifeboat_agent_epoch 1\n");
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  call.bearer_token = "guess";
  EXPECT_EQ(answer_call(routes, call).status, 401);
  EXPECT_EQ(answer_call(routes, call).content_type, "application/json");
}

}  // namespace
}  // namespace lifeboat::local
