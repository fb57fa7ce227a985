#include "readiness/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "readiness/parity.h"

namespace lifeboat::readiness {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const base::RegionName east{"us-east-2"};
const base::RegionName west{"us-west-1"};

model::ObservedDatabaseNode node(std::string name, std::string zone, model::DatabaseRole role) {
  model::ObservedDatabaseNode seen;
  seen.name = std::move(name);
  seen.zone = {std::move(zone)};
  seen.state = model::AssetState::ready;
  seen.role = role;
  seen.system_identifier = "7001";
  seen.streaming = role != model::DatabaseRole::writer;
  seen.lag_bytes = 0;
  seen.lag_ms = 0;
  seen.upstream = role == model::DatabaseRole::writer ? "" : "127.10.1.50:5432";
  return seen;
}

model::ObservedRegion region(const base::RegionName& name, model::RegionRole role) {
  model::ObservedRegion seen;
  seen.name = name;
  seen.reachable = true;
  seen.role = role;
  seen.assets = {{.id = {name, "web-1"},
                  .kind = model::AssetKind::web_instance,
                  .zone = {name.value + "a"},
                  .state = model::AssetState::ready,
                  .detail = {},
                  .address = {},
                  .version = {},
                  .facts = {}}};
  return seen;
}

Evidence healthy() {
  Evidence evidence;
  evidence.stack.home.name = east;
  evidence.stack.standby.name = west;
  evidence.active = east;
  evidence.active_region = region(east, model::RegionRole::active);
  evidence.active_region.writer = "db-1";
  evidence.active_region.nodes = {node("db-1", "us-east-2a", model::DatabaseRole::writer),
                                  node("db-2", "us-east-2b", model::DatabaseRole::synchronous_standby)};
  evidence.standby_region = region(west, model::RegionRole::standby);
  evidence.standby_region.nodes = {node("db-1", "us-west-1a", model::DatabaseRole::cross_region_replica),
                                   node("db-2", "us-west-1b", model::DatabaseRole::cascading_standby)};
  for (const auto& name : {east, west}) {
    evidence.expected.push_back({{name, "web-1"}, model::AssetKind::web_instance, {name.value + "a"}, true});
    evidence.expected.push_back({{name, "db-1"}, model::AssetKind::database_node, {name.value + "a"}, true});
  }
  evidence.active_facts = model::RegionFacts{east, {{"database", {{"setting work_mem", "4MB"}}}}};
  evidence.standby_facts = model::RegionFacts{west, {{"database", {{"setting work_mem", "4MB"}}}}};
  evidence.dns = {.answered = true,
                  .server = "127.30.0.53",
                  .port = 5353,
                  .name = "api.example.test",
                  .answer = {"127.10.0.10"},
                  .ttl_s = 1};
  evidence.active_door_address = "127.10.0.10";
  evidence.marker = {.number = 7,
                     .written_through = "http://api.example.test:8080",
                     .served_by = "us-east-2",
                     .lag = base::Milliseconds{12},
                     .problem = {}};
  evidence.runbook_regions = {west};
  return evidence;
}

CheckState state_of(const Verdict& verdict, std::string_view id) {
  for (const auto& check : verdict.checks) {
    if (check.id == id) return check.state;
  }
  ADD_FAILURE() << "no check named " << id;
  return CheckState::failed;
}

TEST(Assess, AHealthyStackIsReady) {
  const auto verdict = assess(healthy());
  EXPECT_TRUE(verdict.ready);
  EXPECT_THAT(verdict.findings(), IsEmpty());
}

// Each row breaks one thing, and exactly the check that watches it must say so.
struct Breakage {
  const char* what;
  void (*breaks)(Evidence&);
  const char* check;
  const char* sentence;
};

class AssessBreakage : public testing::TestWithParam<Breakage> {};

TEST_P(AssessBreakage, FailsTheCheckThatWatchesIt) {
  auto evidence = healthy();
  GetParam().breaks(evidence);
  const auto verdict = assess(evidence);
  EXPECT_FALSE(verdict.ready);
  EXPECT_EQ(state_of(verdict, GetParam().check), CheckState::failed);
  EXPECT_THAT(verdict.findings(), Contains(HasSubstr(GetParam().sentence)));
}

INSTANTIATE_TEST_SUITE_P(
    Each, AssessBreakage,
    testing::Values(
        Breakage{"web down", [](Evidence& e) { e.active_region.assets[0].state = model::AssetState::failing; },
                 "active-deployed", "us-east-2/web-1 is failing, expected ready"},
        Breakage{"standby silent", [](Evidence& e) { e.standby_region.reachable = false; }, "standby-deployed",
                 "us-west-1 does not answer"},
        Breakage{"node missing", [](Evidence& e) { e.standby_region.nodes.erase(e.standby_region.nodes.begin()); },
                 "replication", "us-west-1 has no cross-region replica"},
        Breakage{"drift", [](Evidence& e) { e.standby_facts->parts["database"]["setting work_mem"] = "64kB"; },
                 "parity", "setting work_mem is '4MB' in the active region and '64kB' in the standby region"},
        Breakage{"not inspected", [](Evidence& e) { e.standby_facts.reset(); }, "parity",
                 "us-west-1 could not be inspected"},
        Breakage{"not streaming", [](Evidence& e) { e.standby_region.nodes[0].streaming = false; }, "replication",
                 "does not stream"},
        Breakage{"lagging", [](Evidence& e) { e.standby_region.nodes[0].lag_ms = 60'000; }, "replication",
                 "lags 60000 ms"},
        Breakage{"lag unknown", [](Evidence& e) { e.standby_region.nodes[0].lag_ms.reset(); }, "replication",
                 "is not known"},
        Breakage{"other cluster", [](Evidence& e) { e.standby_region.nodes[0].system_identifier = "7002"; },
                 "replication", "another database cluster"},
        Breakage{"no writer", [](Evidence& e) { e.active_region.writer.clear(); }, "replication", "has no writer"},
        Breakage{"marker lost", [](Evidence& e) { e.marker.lag.reset(); }, "marker", "not seen in us-west-1"},
        Breakage{"door shut", [](Evidence& e) { e.marker.served_by.clear(); }, "marker", "was not acknowledged"},
        Breakage{"marker slow", [](Evidence& e) { e.marker.lag = base::Milliseconds{6000}; }, "marker", "took 6000 ms"},
        Breakage{"dns silent", [](Evidence& e) { e.dns.answered = false; }, "dns", "does not answer"},
        Breakage{"dns wrong", [](Evidence& e) { e.dns.answer = {"127.20.0.10"}; }, "dns", "expected 127.10.0.10"},
        Breakage{"runbook", [](Evidence& e) { e.runbook_regions.push_back(e.active); }, "runbook",
                 "calls into us-east-2"}),
    [](const auto& instance) {
      std::string name;
      for (const char c : std::string_view(instance.param.what)) name += c == ' ' ? '_' : c;
      return name;
    });

TEST(Assess, ALostSynchronousStandbyIsAWarningOnly) {
  auto evidence = healthy();
  evidence.active_region.nodes.pop_back();
  const auto verdict = assess(evidence);
  EXPECT_TRUE(verdict.ready);
  EXPECT_EQ(state_of(verdict, "replication"), CheckState::warning);
}

/// A stack that may lose nothing, whose replica is as far as its disk goes and replays late, as under load.
Evidence synchronous() {
  auto evidence = healthy();
  evidence.stack.database.cross_region = model::CrossRegionReplication::synchronous;
  evidence.stack.recovery.rpo_objective = base::Milliseconds{0};
  evidence.active_region.synchronous_replica = "us-west-1/db-1";
  evidence.standby_region.nodes[0].lag_ms = 40;
  return evidence;
}

TEST(Assess, WhereEveryCommitWaitsForTheOtherRegionALateReplayLosesNothing) {
  const auto evidence = synchronous();
  const auto verdict = assess(evidence);
  EXPECT_TRUE(verdict.ready);
  EXPECT_THAT(verdict.findings(), IsEmpty());
  EXPECT_EQ(state_of(verdict, "synchronous"), CheckState::passed);
  EXPECT_EQ(predicted_loss(evidence), base::Milliseconds{0});
}

TEST(Assess, WithoutSynchronyAStackThatMayLoseNothingIsNotReady) {
  auto evidence = synchronous();
  evidence.active_region.synchronous_replica.clear();
  evidence.standby_region.nodes[0].lag_ms = 0;
  evidence.marker.lag = base::Milliseconds{0};
  const auto verdict = assess(evidence);
  EXPECT_FALSE(verdict.ready);
  EXPECT_THAT(verdict.findings(),
              ElementsAre("cross-region replication is not synchronous now, a loss of us-east-2 would lose writes"));
  EXPECT_EQ(predicted_loss(evidence), std::nullopt) << "a lag of 0 ms is no promise";
}

TEST(Assess, WithoutSynchronyAStackThatMayLoseSecondsIsWarned) {
  auto evidence = synchronous();
  evidence.active_region.synchronous_replica.clear();
  evidence.stack.recovery.rpo_objective = base::Milliseconds{5000};
  const auto verdict = assess(evidence);
  EXPECT_TRUE(verdict.ready);
  EXPECT_EQ(state_of(verdict, "synchronous"), CheckState::warning);
  EXPECT_EQ(predicted_loss(evidence), base::Milliseconds{40});
}

TEST(Parity, DeclaredDifferencesAreRight) {
  const model::RegionFacts active{east, {{"database", {{"setting cluster_name", "a"}, {"extension pgcrypto", "1.3"}}}}};
  const model::RegionFacts standby{west, {{"database", {{"setting cluster_name", "b"}}}}};
  const auto found = differences(active, standby);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text(),
            "database: extension pgcrypto is '1.3' in the active region and '(absent)' in the standby region");
}

TEST(Parity, APartThatSaysNothingInOneRegionIsOneDifference) {
  const model::RegionFacts active{east, {{"lb", {{"version", "2.6"}}}}};
  const model::RegionFacts standby{west, {{"lb", {{"version", "2.6"}}}, {"database", {{"version", "15"}, {"a", "b"}}}}};
  const auto found = differences(active, standby);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].text(), "database: nothing could be found out about it in the active region");
}

}  // namespace
}  // namespace lifeboat::readiness
