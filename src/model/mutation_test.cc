// Whatever the bytes, the parser answers either a stack or at least one error, and what it answers can be shown.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <random>
#include <string>

#include "model/describe.h"
#include "model/parse.h"
#include "model/source.h"
#include "model/template.h"

namespace lifeboat::model {
namespace {

constexpr std::string_view good_file =
    "stack: shop\nregions:\n  - {name: us-east-2, zones: [us-east-2a, us-east-2b]}\n  - name: \"us-west-1\"\n    role: "
    "standby\n"
    "web:\n  command: [serve, '{port}', 2]\n  environment: {A: \"x\\ty\", B: 1.5}\ndns: {ttl: 1s}\n# é日本\n";

void expect_an_answer(const std::string& text) {
  const ParseResult result = parse_stack(text, "mutated.yaml");
  ASSERT_NE(result.stack.has_value(), has_errors(result.diagnostics)) << text;
  const std::string rendered = render(result.diagnostics, text);
  ASSERT_EQ(rendered.empty(), result.diagnostics.empty());
  ASSERT_EQ(first_invalid_utf8(rendered), std::string_view::npos) << text;
  for (const Diagnostic& d : result.diagnostics) ASSERT_TRUE(d.line >= 1 && d.column >= 1 && d.length >= 1) << text;
  if (result.stack) {
    ASSERT_FALSE(stack_to_json(*result.stack).empty());
  }
}

TEST(MutatedStackFiles, CutAtEveryByte) {
  for (std::size_t size = 0; size <= good_file.size(); ++size) expect_an_answer(std::string(good_file.substr(0, size)));
}

TEST(MutatedStackFiles, EveryByteReplacedByEachThatMeansSomething) {
  const std::string bytes("\0\x04\t\n\r \"'#&*!|>%@`?:-,[]{}~<0\x7F\x80\xC3\xE2\xF4\xFF", 35);
  for (std::size_t at = 0; at < good_file.size(); ++at) {
    for (const char byte : bytes) {
      std::string text(good_file);
      text[at] = byte;
      expect_an_answer(text);
    }
  }
}

TEST(MutatedStackFiles, EveryLineTwiceAndEveryLineGone) {
  const std::string text = commented_stack_file();
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start) + 1;
    expect_an_answer(text.substr(0, end) + text.substr(start));
    expect_an_answer(text.substr(0, start) + text.substr(end));
    start = end;
  }
}

TEST(MutatedStackFiles, PiecesOfGoodFilesInAnyOrder) {
  std::mt19937 random(20);  // A fixed seed: a failure is the same on every run.
  const std::string text(good_file);
  for (int round = 0; round < 2'000; ++round) {
    std::string mixed;
    for (int piece = 0; piece < 6; ++piece) mixed += text.substr(random() % text.size(), random() % 40);
    expect_an_answer(mixed);
  }
}

TEST(MutatedStackFiles, AnyBytes) {
  const bool held = rc::check([](const std::string& text) { expect_an_answer(text); });
  EXPECT_TRUE(held);
}

}  // namespace
}  // namespace lifeboat::model
