#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "model/assets.h"
#include "providers/aws/inventory_test_world.h"

namespace lifeboat::aws_world {
namespace {

using namespace testing;
using model::AssetState;
using model::DatabaseRole;

const base::WallTime moment{base::Milliseconds{1'800'000'000'000}};

SeenInstance web(int number, const std::string& target, const std::string& state = "running") {
  return {.id = "i-" + std::to_string(number),
          .asset = "web-" + std::to_string(number),
          .zone = number % 2 == 1 ? "us-east-2a" : "us-east-2b",
          .state = state,
          .type = "t3.micro",
          .address = "10.10.0." + std::to_string(number),
          .target_state = target,
          .target_reason = target == "healthy" ? "" : "Target.Test"};
}

/// The active region, in good order.
Inventory active() {
  Inventory seen;
  seen.duty = duty_of(model::RegionRole::active, 3);
  seen.network_id = "vpc-1";
  seen.instances = {web(1, "healthy"), web(2, "healthy")};
  seen.load_balancer.exists = seen.load_balancer.serves = true;
  seen.load_balancer.state = "active";
  seen.load_balancer.dns_name = "shop-1.elb.test";
  seen.load_balancer.listener_arn = "arn:listener";
  seen.load_balancer.target_group_arn = "arn:targets";
  seen.database.exists = seen.database.multi_az = true;
  seen.database.status = "available";
  seen.database.endpoint = "shop-db.rds.test";
  seen.database.zone = "us-east-2b";
  seen.database.second_zone = "us-east-2a";
  seen.database_security_group = {.id = "sg-1", .ingress = {"tcp 5432 from sg-web"}};
  seen.cluster.exists = true;
  seen.cluster.status = seen.cluster.node_group_status = "ACTIVE";
  seen.cluster.version = "1.31";
  return seen;
}

Inventory standby() {
  auto seen = active();
  seen.duty = duty_of(model::RegionRole::standby, 3);
  seen.database.source = "arn:aws:rds:us-west-1:123456789012:db:shop-db";
  seen.database.replicates = true;
  seen.database.lag_ms = 250;
  return seen;
}

model::ObservedRegion observe(const Inventory& seen, const model::Stack& stack = small_stack()) {
  return to_observed(seen, stack, east, moment);
}

model::ObservedAsset asset(const model::ObservedRegion& region, const std::string& name) {
  const auto found = std::ranges::find(region.assets, name, [](const auto& one) { return one.id.name; });
  if (found == region.assets.end()) throw std::out_of_range(name);
  return *found;
}

TEST(Observed, A_region_in_order_is_ready_in_every_part) {
  const auto region = observe(active());
  EXPECT_TRUE(region.reachable);
  EXPECT_EQ(region.name, east);
  EXPECT_EQ(region.role, model::RegionRole::active);
  EXPECT_EQ(region.epoch.value, 3U);
  EXPECT_EQ(region.traffic, model::TrafficMode::serve);
  EXPECT_EQ(region.writer, "db-1");
  EXPECT_EQ(region.seen_at, moment);
  EXPECT_EQ(region.lease_left, std::nullopt);
  for (const auto& described : model::assets_of(small_stack())) {
    if (described.id.region != east || described.kind == model::AssetKind::database_node) continue;
    EXPECT_EQ(asset(region, described.id.name).state, AssetState::ready) << described.id.name;
    EXPECT_EQ(asset(region, described.id.name).detail, "") << described.id.name;
    EXPECT_EQ(asset(region, described.id.name).zone, described.zone) << described.id.name;
  }
  EXPECT_EQ(asset(region, "lb").address, "shop-1.elb.test");
  EXPECT_EQ(asset(region, "web-2").address, "10.10.0.2");
}

TEST(Observed, Without_a_duty_a_region_does_not_answer) {
  auto seen = active();
  seen.duty.reset();
  const auto region = observe(seen);
  EXPECT_FALSE(region.reachable);
  EXPECT_EQ(region.writer, "");
  EXPECT_TRUE(region.nodes.empty() && region.assets.empty());
}

TEST(Observed, The_two_nodes_of_a_writer_are_the_instance_and_its_standby) {
  const auto region = observe(active());
  ASSERT_EQ(region.nodes.size(), 2U);
  const auto& writer = region.nodes[0];
  EXPECT_EQ(writer.role, DatabaseRole::writer);
  EXPECT_TRUE(writer.accepts_writes);
  EXPECT_EQ(writer.address, "shop-db.rds.test");
  EXPECT_EQ(writer.port, 5432);
  EXPECT_EQ(writer.zone.value, "us-east-2b");
  const auto& second = region.nodes[1];
  EXPECT_EQ(second.name, "db-2");
  EXPECT_EQ(second.role, DatabaseRole::synchronous_standby);
  EXPECT_EQ(second.state, AssetState::ready);
  EXPECT_EQ(second.zone.value, "us-east-2a");
  EXPECT_EQ(second.upstream, "db-1");
  EXPECT_TRUE(second.streaming);
  EXPECT_FALSE(second.accepts_writes);
}

TEST(Observed, A_replica_streams_with_the_lag_that_cloudwatch_tells) {
  const auto region = observe(standby());
  EXPECT_EQ(region.writer, "");
  const auto& replica = region.nodes.at(0);
  EXPECT_EQ(replica.role, DatabaseRole::cross_region_replica);
  EXPECT_TRUE(replica.streaming);
  EXPECT_FALSE(replica.accepts_writes);
  EXPECT_EQ(replica.upstream, "us-west-1/shop-db");
  EXPECT_EQ(replica.lag_ms, 250);
  EXPECT_EQ(region.nodes.at(1).role, DatabaseRole::cascading_standby);
}

TEST(Observed, A_replica_that_does_not_replicate_says_why) {
  auto seen = standby();
  seen.database.replicates = false;
  seen.database.replication_problem = "RDS says 'stopped' of its replication";
  const auto replica = observe(seen).nodes.at(0);
  EXPECT_FALSE(replica.streaming);
  EXPECT_EQ(replica.state, AssetState::ready);
  EXPECT_EQ(replica.detail, "RDS says 'stopped' of its replication");
}

struct WriterCase {
  std::string name;
  std::function<void(Inventory&)> change;
  std::string writer;
};

TEST(Observed, A_writer_needs_all_that_writing_takes) {
  const std::vector<WriterCase> cases = {
      {"in order", [](Inventory&) {}, "db-1"},
      {"a replica", [](Inventory& seen) { seen.database.source = "arn:aws:rds:us-west-1:1:db:shop-db"; }, ""},
      {"backing up", [](Inventory& seen) { seen.database.status = "backing-up"; }, "db-1"},
      {"rebooting", [](Inventory& seen) { seen.database.status = "rebooting"; }, ""},
      {"stopped", [](Inventory& seen) { seen.database.status = "stopped"; }, ""},
      {"full", [](Inventory& seen) { seen.database.status = "storage-full"; }, ""},
      {"nobody admitted", [](Inventory& seen) { seen.database_security_group->ingress.clear(); }, ""},
      {"no security group", [](Inventory& seen) { seen.database_security_group.reset(); }, ""},
      {"fenced in its epoch", [](Inventory& seen) { seen.duty->duty.fenced_through = {3}; }, ""},
      {"fenced in an older epoch", [](Inventory& seen) { seen.duty->duty.fenced_through = {2}; }, "db-1"},
      {"fenced, then a standby",
       [](Inventory& seen) {
         seen.duty = duty_of(model::RegionRole::standby, 4);
         seen.duty->duty.fenced_through = {3};
       },
       ""},
      {"a standby that somebody promoted", [](Inventory& seen) { seen.duty = duty_of(model::RegionRole::standby, 4); },
       "db-1"},
      {"writes held", [](Inventory& seen) { seen.duty->writes_held = true; }, "db-1"},
      {"no database", [](Inventory& seen) { seen.database = {}; }, ""},
  };
  for (const auto& [name, change, writer] : cases) {
    auto seen = active();
    change(seen);
    const auto region = observe(seen);
    EXPECT_EQ(region.writer, writer) << name;
    EXPECT_EQ(region.nodes.at(0).accepts_writes, !writer.empty()) << name;
  }
}

TEST(Observed, Writes_that_are_held_are_told) {
  auto seen = active();
  seen.duty->writes_held = true;
  EXPECT_TRUE(observe(seen).writes_held);
}

struct StateCase {
  std::string name;
  std::string part;
  std::function<void(Inventory&)> change;
  AssetState state;
  std::string detail;
};

void check(const std::vector<StateCase>& cases) {
  for (const auto& [name, part, change, state, detail] : cases) {
    auto seen = active();
    change(seen);
    const auto found = asset(observe(seen), part);
    EXPECT_EQ(found.state, state) << name << ": " << to_string(found.state);
    EXPECT_EQ(found.detail, detail) << name;
  }
}

TEST(Observed, A_web_instance_is_ready_when_it_runs_and_its_target_is_healthy) {
  const auto set = [](const std::string& target, const std::string& state = "running") {
    return [=](Inventory& seen) { seen.instances[0] = web(1, target, state); };
  };
  check(
      {{"initial", "web-1", set("initial"), AssetState::starting, "the load balancer says initial (Target.Test)"},
       {"unhealthy", "web-1", set("unhealthy"), AssetState::failing, "the load balancer says unhealthy (Target.Test)"},
       {"draining", "web-1", set("draining"), AssetState::failing, "the load balancer says draining (Target.Test)"},
       {"no target", "web-1", set(""), AssetState::failing, "it runs and is no target of the load balancer"},
       {"pending", "web-1", set("", "pending"), AssetState::starting, "i-1 is pending"},
       {"stopped", "web-1", set("unused", "stopped"), AssetState::stopped, "i-1 is stopped"},
       {"gone", "web-1", [](Inventory& seen) { seen.instances.erase(seen.instances.begin()); }, AssetState::absent,
        "there is no such instance"},
       {"unused", "web-1", set("unused"), AssetState::failing, "the load balancer says unused (Target.Test)"},
       {"unused and closed", "web-1",
        [](Inventory& seen) {
          seen.instances[0] = web(1, "unused");
          seen.load_balancer.serves = false;
        },
        AssetState::unknown, "the load balancer is closed and does not check it: unused (Target.Test)"}});
}

TEST(Observed, Of_two_instances_with_one_name_the_running_one_counts) {
  auto seen = active();
  seen.instances.insert(seen.instances.begin(), web(1, "unused", "stopped"));
  EXPECT_EQ(asset(observe(seen), "web-1").state, AssetState::ready);
}

TEST(Observed, An_instance_that_nobody_described_is_seen_too) {
  auto seen = active();
  seen.instances.push_back(web(3, "healthy"));
  EXPECT_EQ(asset(observe(seen), "web-3").state, AssetState::ready);
}

TEST(Observed, What_serves_the_region_as_a_whole_is_as_its_service_says) {
  check({{"no network", "vpc", [](Inventory& seen) { seen.network_id.clear(); }, AssetState::absent,
          "there is no such VPC"},
         {"no balancer", "lb", [](Inventory& seen) { seen.load_balancer = {}; }, AssetState::absent,
          "there is no such load balancer"},
         {"provisioning", "lb", [](Inventory& seen) { seen.load_balancer.state = "provisioning"; },
          AssetState::starting, "provisioning"},
         {"impaired", "lb",
          [](Inventory& seen) {
            seen.load_balancer.state = "active_impaired";
            seen.load_balancer.detail = "no addresses left";
          },
          AssetState::failing, "active_impaired (no addresses left)"},
         {"no listener", "lb", [](Inventory& seen) { seen.load_balancer.listener_arn.clear(); }, AssetState::failing,
          "it has no listener"},
         {"no group", "lb", [](Inventory& seen) { seen.load_balancer.target_group_arn.clear(); }, AssetState::failing,
          "it has no target group"},
         {"closed", "lb", [](Inventory& seen) { seen.load_balancer.serves = false; }, AssetState::ready, ""},
         {"no cluster", "monitoring", [](Inventory& seen) { seen.cluster = {}; }, AssetState::absent,
          "there is no such cluster"},
         {"creating", "monitoring", [](Inventory& seen) { seen.cluster.status = "CREATING"; }, AssetState::starting,
          "it is being created"},
         {"failed", "monitoring", [](Inventory& seen) { seen.cluster.status = "FAILED"; }, AssetState::failing,
          "EKS says FAILED"},
         {"updating", "monitoring", [](Inventory& seen) { seen.cluster.status = "UPDATING"; }, AssetState::ready, ""},
         {"no nodes", "monitoring", [](Inventory& seen) { seen.cluster.node_group_status.clear(); },
          AssetState::failing, "it has no node group"},
         {"bad nodes", "monitoring", [](Inventory& seen) { seen.cluster.node_group_status = "DEGRADED"; },
          AssetState::failing, "EKS says DEGRADED of its node group"},
         {"problems", "monitoring", [](Inventory& seen) { seen.cluster.problems = {"Ec2SubnetNotFound: gone"}; },
          AssetState::failing, "Ec2SubnetNotFound: gone"}});
}

struct NodeCase {
  std::string status;
  AssetState state;
};

TEST(Observed, A_databases_status_says_how_it_is) {
  const std::vector<NodeCase> cases = {{"available", AssetState::ready},
                                       {"modifying", AssetState::ready},
                                       {"storage-optimization", AssetState::ready},
                                       {"creating", AssetState::starting},
                                       {"upgrading", AssetState::starting},
                                       {"stopping", AssetState::stopped},
                                       {"failed", AssetState::failing},
                                       {"incompatible-network", AssetState::failing},
                                       {"", AssetState::failing}};
  for (const auto& [status, state] : cases) {
    auto seen = active();
    seen.database.status = status;
    const auto region = observe(seen);
    EXPECT_EQ(region.nodes.at(0).state, state) << status;
    EXPECT_EQ(region.nodes.at(1).state, state) << status;
    EXPECT_EQ(region.nodes.at(0).detail, state == AssetState::ready ? "" : "RDS says '" + status + "'");
  }
}

TEST(Observed, Without_multi_az_there_is_no_second_node) {
  auto seen = active();
  seen.database.multi_az = false;
  auto second = observe(seen).nodes.at(1);
  EXPECT_EQ(second.state, AssetState::absent);
  EXPECT_EQ(second.role, DatabaseRole::none);
  EXPECT_EQ(second.detail, "the database is not Multi-AZ");
  seen.database.pending = {"MultiAZ"};
  EXPECT_EQ(observe(seen).nodes.at(1).state, AssetState::starting);
  auto stack = small_stack();
  stack.database.nodes = 1;
  EXPECT_EQ(observe(seen, stack).nodes.size(), 1U);
}

TEST(Observed, An_adopted_stack_has_no_network_of_its_own) {
  const auto region = observe(active(), adopted_stack());
  EXPECT_EQ(std::ranges::count(region.assets, "vpc", [](const auto& one) { return one.id.name; }), 0);
  EXPECT_EQ(asset(region, "web-1").state, AssetState::ready);
  EXPECT_EQ(region.writer, "db-1");
}

Inventory aurora(bool is_writer) {
  auto seen = is_writer ? active() : standby();
  seen.database.members = {{.identifier = "shop-db-1",
                            .name = "db-1",
                            .status = "available",
                            .size = "db.r6g.large",
                            .zone = "us-east-2a",
                            .endpoint = "one.test"},
                           {.identifier = "shop-db-2",
                            .name = "db-2",
                            .status = "available",
                            .size = "db.r6g.large",
                            .zone = "us-east-2b",
                            .endpoint = "two.test",
                            .is_writer = is_writer}};
  return seen;
}

model::Stack aurora_stack() {
  auto stack = small_stack();
  stack.database.service = model::DatabaseService::aurora_global;
  return stack;
}

TEST(Observed, Auroras_writer_is_the_instance_that_the_cluster_names) {
  const auto region = observe(aurora(true), aurora_stack());
  EXPECT_EQ(region.writer, "db-2");
  EXPECT_EQ(region.nodes.at(0).role, DatabaseRole::synchronous_standby);
  EXPECT_TRUE(region.nodes.at(0).streaming);
  EXPECT_EQ(region.nodes.at(1).role, DatabaseRole::writer);
  EXPECT_EQ(region.nodes.at(1).address, "two.test");
}

TEST(Observed, Auroras_secondary_cluster_is_one_replica_and_its_readers) {
  auto seen = aurora(false);
  seen.database.members[0].status = "rebooting";
  const auto region = observe(seen, aurora_stack());
  EXPECT_EQ(region.writer, "");
  EXPECT_EQ(region.nodes.at(0).role, DatabaseRole::cascading_standby);
  EXPECT_EQ(region.nodes.at(0).state, AssetState::starting);
  EXPECT_EQ(region.nodes.at(1).role, DatabaseRole::cross_region_replica) << "the first that serves";
  EXPECT_EQ(region.nodes.at(1).lag_ms, 250);
}

TEST(Observed, Auroras_cluster_decides_for_its_instances_and_lacks_are_seen) {
  auto seen = aurora(true);
  seen.database.members.pop_back();
  seen.database.status = "failing-over";
  const auto region = observe(seen, aurora_stack());
  EXPECT_EQ(region.nodes.at(0).state, AssetState::starting);
  EXPECT_EQ(region.nodes.at(1).name, "db-2");
  EXPECT_EQ(region.nodes.at(1).state, AssetState::absent);
}

}  // namespace
}  // namespace lifeboat::aws_world
