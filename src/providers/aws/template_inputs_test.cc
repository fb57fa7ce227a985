#include "providers/aws/template_inputs.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {
namespace {

TEST(TemplateInputs, Placeholders_are_enough_to_look_at_every_template) {
  model::Stack stack;
  stack.name = "shop";
  stack.home = {.name = {"us-east-2"},
                .zones = {{"us-east-2a"}, {"us-east-2b"}, {"us-east-2c"}},
                .address_block = "10.10.0.0/16"};
  stack.standby = {.name = {"us-west-1"}, .zones = {{"us-west-1a"}, {"us-west-1b"}}, .address_block = "10.20.0.0/16"};
  const Names names(stack, "123456789012");
  for (const auto* region : {&stack.home, &stack.standby}) {
    for (const auto concern : concerns_of(stack, region->name)) {
      const auto document = make_template(stack, names, concern, placeholder_inputs(*region));
      const auto changes = all_added(document);
      EXPECT_EQ(changes.size(), document.at("Resources").size()) << to_string(concern);
      for (const auto& change : changes) EXPECT_TRUE(change.action == "Add" && !change.type.empty());
    }
  }
}

}  // namespace
}  // namespace lifeboat::aws_world
