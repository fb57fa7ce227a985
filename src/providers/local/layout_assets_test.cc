#include <gtest/gtest.h>

#include <set>

#include "model/assets.h"
#include "providers/local/layout.h"

namespace lifeboat::local {
namespace {

/// Name and zone of everything that the layout gives a place, Grafana aside: it runs where its binary is found.
std::set<std::pair<std::string, std::string>> placed(const RegionLayout& region) {
  std::set<std::pair<std::string, std::string>> found{{region.load_balancer.name, region.load_balancer.zone.value},
                                                      {region.pool.name, region.pool.zone.value}};
  for (const auto* places : {&region.database_nodes, &region.web_instances, &region.metrics_servers,
                             &region.alert_managers, &region.exporters, &region.node_exporters}) {
    for (const auto& place : *places) found.insert({place.name, place.zone.value});
  }
  return found;
}

std::set<std::pair<std::string, std::string>> described(const model::Stack& stack, const base::RegionName& region) {
  std::set<std::pair<std::string, std::string>> found;
  for (const auto& asset : model::assets_of(stack)) {
    if (asset.id.region == region) found.insert({asset.id.name, asset.zone.value});
  }
  return found;
}

TEST(Layout, PlacesExactlyTheAssetsThatTheStackDescribes) {
  model::Stack stack;
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, ""};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1b"}, {"us-west-1c"}}, ""};
  for (const bool monitored : {true, false}) {
    stack.monitoring.enabled = monitored;
    const auto layout = make_layout(stack, 0);
    EXPECT_EQ(placed(layout.home), described(stack, stack.home.name));
    EXPECT_EQ(placed(layout.standby), described(stack, stack.standby.name));
  }
}

}  // namespace
}  // namespace lifeboat::local
