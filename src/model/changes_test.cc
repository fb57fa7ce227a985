#include "model/changes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "model/describe.h"
#include "model/parse.h"
#include "model/template.h"

namespace lifeboat::model {
namespace {

Stack stack_of(const std::string& more = "") {
  auto parsed = parse_stack("stack: shop\nregions:\n  - name: us-east-2\n  - name: us-west-1\n" + more, "test.yaml");
  EXPECT_TRUE(parsed.stack.has_value());
  return parsed.stack.value_or(Stack{});
}

TEST(Changes, OfEqualStacksAreNone) {
  EXPECT_TRUE(changes(stack_of(), *parse_stack(commented_stack_file("shop"), "test.yaml").stack).empty());
}

TEST(Changes, NameTheirKeysAndValues) {
  const auto found =
      changes(stack_of(), stack_of("web: {count: 4, environment: {KEY: s3cret}}\nrecovery: {mode: automatic}\n"));
  EXPECT_EQ(to_text(found), R"(recovery.mode "manual" → "automatic", web.count 3 → 4, web.environment)");
  for (const auto& change : found) EXPECT_FALSE(change.lasting) << change.key;
}

TEST(Changes, OfWhatDataAndAddressesRestOnAreLasting) {
  auto other = stack_of("database: {nodes: 3, name: orders}\n");
  other.home.zones.emplace_back("us-east-2c");
  const auto found = changes(stack_of(), other);
  ASSERT_EQ(found.size(), 3u);
  for (const auto& change : found) EXPECT_TRUE(change.lasting) << change.key;
}

}  // namespace
}  // namespace lifeboat::model
