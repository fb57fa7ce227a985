#include "monitoring/manifests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lifeboat::monitoring {
namespace {

using testing::HasSubstr;
using testing::Not;

model::Stack a_stack() {
  model::Stack stack;
  stack.name = "shop";
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}, {"us-east-2c"}}, "10.1.0.0/16"};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1b"}, {"us-west-1c"}}, "10.2.0.0/16"};
  stack.monitoring.nodes = 3;
  return stack;
}

TEST(Overlay, Names_a_replica_in_each_zone) {
  const auto stack = a_stack();
  const auto files = overlay(stack, stack.standby, {"routes", "sources"});
  EXPECT_THAT(files.at("kustomization.yaml"), HasSubstr("/spec/replicas, value: 3}"));
  EXPECT_THAT(files.at("kustomization.yaml"), HasSubstr("/minDomains, value: 3}"));
  EXPECT_THAT(files.at("prometheus.yml"), HasSubstr("'alertmanager-2.alertmanager:9093']}]"));
  EXPECT_THAT(files.at("prometheus.yml"), Not(HasSubstr("us-east-2")));
  EXPECT_EQ(files.at("alertmanager.yml"), "routes");
  EXPECT_EQ(files.at("data-sources.yml"), "sources");
}

TEST(Overlay, Lets_the_region_watch_both) {
  const auto stack = a_stack();
  const auto text = overlay(stack, stack.home, {}).at("kustomization.yaml");
  EXPECT_THAT(text, HasSubstr("[{ipBlock: {cidr: 10.1.0.0/16}}, {ipBlock: {cidr: 10.2.0.0/16}}]"));
}

TEST(KustomizeFolder, Holds_all_that_an_overlay_refers_to) {
  const auto files = kustomize_folder(a_stack(), {});
  for (const auto* path :
       {"kubernetes/base/kustomization.yaml", "prometheus/rules.yml", "prometheus/kustomization.yaml",
        "grafana/dashboards/kustomization.yaml", "kubernetes/overlays/us-east-2/prometheus.yml"}) {
    EXPECT_TRUE(files.contains(path)) << path;
  }
}

TEST(Namespace, Is_a_name_that_Kubernetes_takes) {
  auto stack = a_stack();
  stack.name = std::string(32, 'x');
  EXPECT_LE(namespace_of(stack, {"ap-southeast-1"}).size(), 63u);
}

}  // namespace
}  // namespace lifeboat::monitoring
