#include "model/parse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>

#include "model/suggest.h"

namespace lifeboat::model {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view minimal = "stack: shop\nregions:\n  - name: us-east-2\n  - name: us-west-1\n";

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Stack good(const std::string& text) {
  const ParseResult result = parse_stack(text, "test.yaml");
  EXPECT_TRUE(result.stack.has_value()) << render(result.diagnostics, text);
  return result.stack.value_or(Stack{});
}

TEST(ParseStack, FillsInEverythingThatIsLeftOut) {
  const Stack stack = good(std::string(minimal));
  EXPECT_EQ(stack.name, "shop");
  EXPECT_EQ(stack.home.name.value, "us-east-2");
  EXPECT_EQ(stack.standby.name.value, "us-west-1");
  ASSERT_EQ(stack.home.zones.size(), 2u);
  EXPECT_EQ(stack.home.zones[1].value, "us-east-2b");
  EXPECT_EQ(stack.home.address_block, "10.10.0.0/16");
  EXPECT_EQ(stack.standby.address_block, "10.20.0.0/16");
  EXPECT_EQ(stack.web.marker_path, "/lifeboat/marker");
  EXPECT_EQ(stack.recovery.lease, 10s);
}

TEST(ParseStack, TheRoleDecidesWhichRegionIsHome) {
  const Stack stack = good("stack: shop\nregions:\n  - {name: us-east-2, role: standby}\n  - {name: us-west-1}\n");
  EXPECT_EQ(stack.home.name.value, "us-west-1");
  EXPECT_EQ(stack.standby.name.value, "us-east-2");
}

TEST(ParseStack, ChoosesABlockThatIsFree) {
  const Stack stack =
      good("stack: shop\nregions:\n  - {name: us-east-2, address_block: 10.20.0.0/16}\n  - {name: us-west-1}\n");
  EXPECT_EQ(stack.home.address_block, "10.20.0.0/16");
  EXPECT_EQ(stack.standby.address_block, "10.10.0.0/16");
}

TEST(ParseStack, ACommandOfItsOwnHasNoMarkerUnlessItSaysSo) {
  EXPECT_EQ(good(std::string(minimal) + "web: {command: [gunicorn, -w, 2]}\n").web.marker_path, "");
  EXPECT_EQ(good(std::string(minimal) + "web: {command: [x], marker_path: /m}\n").web.marker_path, "/m");
  EXPECT_EQ(good(std::string(minimal) + "web: {command: [gunicorn, -w, 2]}\n").web.command.back(), "2");
}

TEST(ParseStack, ReadsEveryExample) {
  const std::string folder = LIFEBOAT_SOURCE_DIR "/examples/";
  for (const char* name :
       {"minimal.yaml", "two-region-web.yaml", "flask-gunicorn.yaml", "aws.yaml", "aws-existing.yaml"}) {
    const std::string text = read_file(folder + name);
    const ParseResult result = parse_stack(text, name);
    EXPECT_TRUE(result.stack.has_value()) << render(result.diagnostics, text);
    EXPECT_EQ(render(result.diagnostics, text), "");
  }
}

TEST(ParseStack, TheMinimalExampleIsShort) {
  const std::string text = read_file(LIFEBOAT_SOURCE_DIR "/examples/minimal.yaml");
  EXPECT_LT(std::ranges::count(text, '\n'), 15);
}

TEST(ParseStack, AcceptsAByteOrderMarkAndWindowsLineEnds) {
  good(
      "\xEF\xBB\xBF"
      "stack: shop\r\nregions:\r\n  - name: us-east-2\r\n  - name: us-west-1\r\n");
}

TEST(ParseStack, ReportsAllErrorsInTheFilesOrder) {
  const ParseResult result = parse_stack("stack: Shop\nweb:\n  count: 0\n  prot: 1\ndns:\n  ttl: 5\n", "f");
  ASSERT_EQ(result.diagnostics.size(), 5u) << render(result.diagnostics, "");
  EXPECT_EQ(result.diagnostics[0].line, 1);
  EXPECT_EQ(result.diagnostics[4].line, 6);
  EXPECT_FALSE(result.stack.has_value());
}

TEST(ParseStack, SurvivesDeepNestingAndHugeFiles) {
  for (const char* opener : {"[", "{", "- ", "? ", "{a: ", "&a [", "!t ["}) {
    std::string text;
    while (text.size() < 200'000) text += opener;
    const ParseResult result = parse_stack(text, "deep.yaml");
    EXPECT_TRUE(has_errors(result.diagnostics)) << opener;
  }
  EXPECT_TRUE(has_errors(parse_stack(std::string(2 << 20, ' '), "big.yaml").diagnostics));
}

TEST(ParseStack, AnswersLongFilesInTime) {
  std::string keys = std::string(minimal) + "web:\n  environment:\n";
  for (int i = 0; i < 20'000; ++i) keys += "    K" + std::to_string(i) + ": x\n";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(has_errors(parse_stack(keys, "long.yaml").diagnostics));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(Render, PutsTheCaretRightBehindTabsAndWideCharacters) {
  const std::string text = "stack: shop # \nregions: [日本, \"x\":\t5]\n";
  Diagnostic d;
  d.file = "f";
  d.line = 2;
  d.column = 20;
  d.message = "m";
  EXPECT_EQ(render({d}, text), "f:2:20: error: m\n  regions: [日本, \"x\":\t5]\n                      \t^\n");
}

TEST(Nearest, FindsTyposAndAbbreviations) {
  EXPECT_EQ(nearest("cuont", {"count", "size"}), "count");
  EXPECT_EQ(nearest("postgres", {"postgresql"}), "postgresql");
  EXPECT_EQ(nearest("async", {"asynchronous", "synchronous"}), "asynchronous");
  EXPECT_EQ(nearest("zebra", {"count", "size"}), std::nullopt);
}

}  // namespace
}  // namespace lifeboat::model
