#include "model/template.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "model/describe.h"
#include "model/fields.h"
#include "model/parse.h"
#include "model/schema.h"
#include "model/size_catalogue.h"

namespace lifeboat::model {
namespace {

constexpr std::string_view minimal_file = "stack: my-stack\nregions:\n  - name: us-east-2\n  - name: us-west-1\n";

std::string described(const std::string& text) {
  const ParseResult result = parse_stack(text, "test.yaml");
  EXPECT_EQ(render(result.diagnostics, text), "");
  return result.stack ? stack_to_json(*result.stack) : "";
}

TEST(CommentedStackFile, ParsesIntoTheDefaults) {
  EXPECT_EQ(described(commented_stack_file()), described(std::string(minimal_file)));
}

TEST(CommentedStackFile, TakesTheNamesItIsGiven) {
  const std::string text = commented_stack_file("shop", "eu-west-1", "eu-central-1");
  const ParseResult result = parse_stack(text, "test.yaml");
  ASSERT_TRUE(result.stack.has_value()) << render(result.diagnostics, text);
  EXPECT_EQ(result.stack->standby.zones.at(0).value, "eu-central-1a");
}

TEST(CommentedStackFile, NamesEveryKeyAndKeepsTo120Columns) {
  const std::string text = commented_stack_file();
  for (const Field& field : fields())
    EXPECT_NE(text.find(fmt::format("{}:", field.key)), std::string::npos) << field.key;
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    EXPECT_LE(end - at, 120u) << text.substr(at, end - at);
  }
}

/// The line as it stands in a file below its section ("web", "aws.existing", or none).
std::string below(std::string_view section, std::string line) {
  std::string text;
  std::size_t depth = 0;
  while (!section.empty()) {
    const std::string_view key = section.substr(0, section.find('.'));
    text += fmt::format("{:{}}{}:\n", "", depth, key);
    section.remove_prefix(std::min(section.size(), key.size() + 1));
    depth += 2;
  }
  return text + std::string(depth, ' ') + line;
}

// Each default of the table is the typed stack's own: a file that spells it out gives the same stack as one that leaves
// it out.
TEST(Fields, DefaultsAreTheTypedStacks) {
  for (const Field& field : fields()) {
    if (field.default_json.empty()) continue;
    const std::string line = below(field.section, fmt::format("{}: {}\n", field.key, field.default_json));
    EXPECT_EQ(described(std::string(minimal_file) + line), described(std::string(minimal_file))) << line;
  }
}

TEST(JsonSchema, DescribesEveryKeyOfTheTable) {
  const auto schema = nlohmann::json::parse(json_schema());
  for (const Field& field : fields()) {
    const auto& top = schema.at("properties");
    const auto dot = field.section.find('.');
    const auto* group = field.section.empty() ? &top
                        : field.section == "regions"
                            ? &top.at("regions").at("items").at("properties")
                            : &top.at(std::string(field.section.substr(0, dot))).at("properties");
    if (dot != field.section.npos) group = &group->at(std::string(field.section.substr(dot + 1))).at("properties");
    EXPECT_EQ(group->at(std::string(field.key)).at("description"), field.description);
  }
}

TEST(SizeCatalogue, FindsTheNearestSizeThatIsOffered) {
  EXPECT_EQ(nearest_offered(*find_database_size("db.t2.small"), 15), "db.t3.small");
  EXPECT_EQ(nearest_offered(*find_database_size("db.r4.xlarge"), 16), "db.r5.xlarge");
  EXPECT_EQ(smallest_monitoring_size(*find_instance_size("t3.micro")), "t3.small");
  for (const DatabaseSize& size : database_sizes()) {
    EXPECT_TRUE(nearest_offered(size, last_postgresql_version).has_value()) << size.name;
  }
}

}  // namespace
}  // namespace lifeboat::model
