#include "plan/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lifeboat::plan {
namespace {

using model::AssetState;

model::Stack small_stack() {
  model::Stack stack;
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, ""};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1b"}}, ""};
  stack.web.count = 2;
  stack.monitoring.enabled = false;
  return stack;
}

/// Everything of a region, ready.
model::ObservedRegion whole(const std::string& name, const std::string& leader, model::DatabaseRole role) {
  model::ObservedRegion region;
  region.name = {name};
  region.reachable = true;
  for (const auto& asset : model::assets_of(small_stack())) {
    if (asset.id.region != region.name) continue;
    if (asset.kind == model::AssetKind::database_node) {
      model::ObservedDatabaseNode node;
      node.name = asset.id.name;
      node.state = AssetState::ready;
      if (node.name == leader) node.role = role;
      region.nodes.push_back(node);
    } else {
      model::ObservedAsset seen;
      seen.id = asset.id;
      seen.state = AssetState::ready;
      region.assets.push_back(seen);
    }
  }
  return region;
}

TEST(Plan, ANewStackIsBuiltFromNothing) {
  EXPECT_EQ(explain(make_plan(small_stack(), {{"us-east-2"}}, {}, {})),
            "active region: us-east-2\n"
            "ensure  us-east-2/db-1             absent\n"
            "ensure  us-east-2/db-2             absent (after us-east-2/db-1)\n"
            "ensure  us-east-2/pool             absent (after us-east-2/db-1)\n"
            "ensure  us-east-2/web-1            absent (after us-east-2/pool)\n"
            "ensure  us-east-2/web-2            absent (after us-east-2/pool)\n"
            "ensure  us-east-2/lb               absent (after us-east-2/web-1, us-east-2/web-2)\n"
            "ensure  us-west-1/db-1             absent (after us-east-2/db-1)\n"
            "ensure  us-west-1/db-2             absent (after us-west-1/db-1)\n"
            "ensure  us-west-1/pool             absent (after us-west-1/db-1)\n"
            "ensure  us-west-1/web-1            absent (after us-west-1/pool)\n"
            "ensure  us-west-1/web-2            absent (after us-west-1/pool)\n"
            "ensure  us-west-1/lb               absent (after us-west-1/web-1, us-west-1/web-2)\n"
            "ensure  global/dns                 absent\n");
}

TEST(Plan, OnAwsNetworksComeFirstAndTheNameLast) {
  auto stack = small_stack();
  stack.world = model::World::aws;
  stack.web.count = 1;
  stack.monitoring.enabled = true;
  EXPECT_EQ(explain(make_plan(stack, {{"us-east-2"}}, {}, {})),
            "active region: us-east-2\n"
            "ensure  us-east-2/vpc              absent\n"
            "ensure  us-east-2/db-1             absent (after us-east-2/vpc)\n"
            "ensure  us-east-2/db-2             absent (after us-east-2/db-1)\n"
            "ensure  us-east-2/web-1            absent (after us-east-2/vpc)\n"
            "ensure  us-east-2/lb               absent (after us-east-2/web-1, us-east-2/vpc)\n"
            "ensure  us-east-2/monitoring       absent (after us-east-2/vpc)\n"
            "ensure  us-west-1/vpc              absent\n"
            "ensure  us-west-1/db-1             absent (after us-west-1/vpc, us-east-2/db-1)\n"
            "ensure  us-west-1/db-2             absent (after us-west-1/db-1)\n"
            "ensure  us-west-1/web-1            absent (after us-west-1/vpc)\n"
            "ensure  us-west-1/lb               absent (after us-west-1/web-1, us-west-1/vpc)\n"
            "ensure  us-west-1/monitoring       absent (after us-west-1/vpc)\n"
            "ensure  global/dns                 absent (after us-east-2/lb, us-west-1/lb)\n");
}

TEST(Plan, WhatIsThereIsKeptAndTheWriterInTheOtherRegionLeads) {
  auto west = whole("us-west-1", "db-2", model::DatabaseRole::writer);
  west.nodes[0].state = AssetState::stopped;
  west.assets[0].state = AssetState::failing;
  west.assets[0].detail = "no answer on 127.20.0.60:6432";
  auto east = whole("us-east-2", "db-1", model::DatabaseRole::cross_region_replica);
  east.nodes[1].state = AssetState::absent;
  EXPECT_EQ(explain(make_plan(small_stack(), {{"us-west-1"}}, {east, west}, {})),
            "active region: us-west-1\n"
            "keep    us-east-2/db-1             as described\n"
            "ensure  us-east-2/db-2             absent\n"
            "keep    us-east-2/pool             as described\n"
            "keep    us-east-2/web-1            as described\n"
            "keep    us-east-2/web-2            as described\n"
            "keep    us-east-2/lb               as described\n"
            "ensure  us-west-1/db-1             stopped\n"
            "keep    us-west-1/db-2             as described\n"
            "ensure  us-west-1/pool             its health check fails: no answer on 127.20.0.60:6432\n"
            "keep    us-west-1/web-1            as described\n"
            "keep    us-west-1/web-2            as described\n"
            "keep    us-west-1/lb               as described\n"
            "ensure  global/dns                 absent\n");
}

TEST(Plan, ARegionThatNeedsReprotectIsNotTouched) {
  const auto plan = make_plan(small_stack(), {{"us-west-1"}, false}, {}, {});
  EXPECT_EQ(plan.regions, std::vector<base::RegionName>{{"us-west-1"}});
  for (const auto& step : plan.steps) EXPECT_NE(step.asset.region, base::RegionName{"us-east-2"});
}

TEST(Plan, SaysWhatRunsAndIsNotDescribed) {
  auto east = whole("us-east-2", "db-1", model::DatabaseRole::writer);
  model::ObservedAsset extra;
  extra.id = {{"us-east-2"}, "web-3"};
  extra.state = AssetState::ready;
  east.assets.push_back(extra);
  const auto plan = make_plan(small_stack(), {{"us-east-2"}, false}, {east}, {});
  EXPECT_NE(explain(plan).find("remove  us-east-2/web-3            runs and is not described\n"), std::string::npos);
  EXPECT_FALSE(plan.changes_nothing());
}

TEST(Plan, EveryDependencyIsAStepAndThereIsNoCircle) {
  const auto plan = make_plan(small_stack(), {{"us-west-1"}}, {}, {});
  std::vector<base::AssetId> done;
  for (std::size_t before = 1; before != done.size() && done.size() < plan.steps.size();) {
    before = done.size();
    for (const auto& step : plan.steps) {
      const auto known = [&done](const base::AssetId& id) { return std::ranges::count(done, id) > 0; };
      if (!known(step.asset) && std::ranges::all_of(step.depends_on, known)) done.push_back(step.asset);
    }
  }
  EXPECT_EQ(done.size(), plan.steps.size());
}

}  // namespace
}  // namespace lifeboat::plan
