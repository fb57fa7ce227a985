#include "providers/aws/cost.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "model/size_catalogue.h"
#include "providers/aws/prices.h"

namespace lifeboat::aws_world {
namespace {

using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;

model::Stack stack_in(const std::string& home, const std::string& standby) {
  model::Stack stack;
  stack.name = "shop";
  stack.world = model::World::aws;
  stack.home = {.name = {home}, .zones = {{home + "a"}, {home + "b"}}, .address_block = "10.10.0.0/16"};
  stack.standby = {.name = {standby}, .zones = {{standby + "a"}, {standby + "b"}}, .address_block = "10.20.0.0/16"};
  return stack;
}

const CostLine& line(const std::vector<CostLine>& lines, const std::string& region, const std::string& asset) {
  const auto found = std::ranges::find_if(
      lines, [&](const CostLine& one) { return one.region.value == region && one.asset == asset; });
  EXPECT_NE(found, lines.end()) << region << ' ' << asset;
  return *found;
}

TEST(Cost, Of_an_asset_is_its_hours_times_its_price) {
  const auto lines = monthly_cost(stack_in("us-east-2", "us-west-1"));
  const auto& web = line(lines, "us-east-2", "web-1 to web-3");
  EXPECT_EQ(web.what, "3 × t3.micro, 730 h");
  EXPECT_NEAR(web.dollars_a_month, 3 * 730 * 0.0104, 1e-9);
  EXPECT_NEAR(line(lines, "us-east-2", "database").dollars_a_month, 2 * 730 * 0.036, 1e-9);
  EXPECT_NEAR(line(lines, "us-west-1", "web-1 to web-3").dollars_a_month, 3 * 730 * 0.0124, 1e-9);
  EXPECT_NEAR(line(lines, "us-east-2", "monitoring nodes").dollars_a_month, 2 * 730 * 0.0416, 1e-9);
}

TEST(Cost, That_is_not_known_is_said_and_not_guessed) {
  const auto lines = monthly_cost(stack_in("us-east-2", "us-west-1"));
  const auto& database = line(lines, "us-west-1", "database");
  EXPECT_FALSE(database.is_known);
  EXPECT_EQ(database.dollars_a_month, 0);
  const auto text = cost_text(lines);
  EXPECT_THAT(text, Contains(EndsWith(" no price")));
  EXPECT_THAT(text, Contains(HasSubstr("a month and more: 1 of 24 lines have no price")));
}

TEST(Cost, Of_a_region_without_prices_is_unknown_line_by_line) {
  for (const auto& one : monthly_cost(stack_in("us-east-2", "mx-central-1"))) {
    EXPECT_NE(one.is_known, one.region.value == "mx-central-1") << one.region.value << ' ' << one.asset;
  }
}

TEST(Cost, Text_ends_with_the_sum_and_what_is_not_in_it) {
  const auto lines = monthly_cost(stack_in("us-east-2", "us-west-2"));
  const auto text = cost_text(lines);
  ASSERT_EQ(text.size(), lines.size() + 2);
  EXPECT_EQ(text[0], "us-east-2      web-1 to web-3             3 × t3.micro, 730 h                         $23");
  double sum = 0;
  for (const auto& one : lines) sum += one.dollars_a_month;
  EXPECT_EQ(text[text.size() - 2], "about $" + std::to_string(static_cast<int>(sum + 0.5)) + " a month");
  EXPECT_THAT(text.back(), HasSubstr("List prices on demand, written down on 2026-11-29 from memory"));
  EXPECT_THAT(text.back(), HasSubstr("Not in it: traffic"));
}

TEST(Cost, Follows_what_the_stack_file_leaves_out) {
  auto stack = stack_in("us-east-2", "us-west-2");
  const auto all = monthly_cost(stack).size();
  stack.monitoring.enabled = false;
  EXPECT_EQ(monthly_cost(stack).size(), all - 6);
  stack.aws.hosted_zone = "Z0123456789";
  EXPECT_EQ(monthly_cost(stack).size(), all - 7);
  stack.database.service = model::DatabaseService::aurora_global;
  stack.database.size = "db.r6g.large";
  EXPECT_NEAR(line(monthly_cost(stack), "us-east-2", "database").dollars_a_month, 2 * 730 * 0.26, 1e-9);
  stack.aws.existing.database = {{"us-east-2", "theirs"}};
  EXPECT_TRUE(monthly_cost(stack).empty()) << "an adopted stack costs what it cost before";
}

TEST(Cost, Grows_with_the_size_in_a_family) {
  const auto* region = find_prices({"us-east-2"});
  ASSERT_NE(region, nullptr);
  for (const auto& smaller : model::instance_sizes()) {
    for (const auto& larger : model::instance_sizes()) {
      const auto family = [](const model::InstanceSize& one) { return one.name.substr(0, one.name.find('.')); };
      if (family(smaller) != family(larger) || smaller.memory_gib >= larger.memory_gib) continue;
      const auto less = instance_price(region, smaller.name), more = instance_price(region, larger.name);
      EXPECT_TRUE(!less || !more || *less < *more) << smaller.name << ' ' << larger.name;
    }
  }
}

}  // namespace
}  // namespace lifeboat::aws_world
