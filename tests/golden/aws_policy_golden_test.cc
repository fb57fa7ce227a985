// The policies of the two examples, as text: what changes in them is seen. LIFEBOAT_REWRITE=1 writes them anew.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "golden.h"
#include "model/parse.h"
#include "providers/aws/policy.h"

namespace lifeboat::cli {
namespace {

model::Stack example(const std::string& name) {
  std::ifstream stream(LIFEBOAT_SOURCE_DIR "/examples/" + name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return model::parse_stack(text, name).stack.value();
}

void expect_policies(const std::string& name, const model::Stack& stack) {
  using enum aws_world::PolicyRole;
  for (const auto role : {observer, mover, provisioner}) {
    const auto documents = aws_world::policy_documents(stack, "123456789012", role);
    for (std::size_t i = 0; i < documents.size(); ++i) {
      expect_golden(fmt::format("{}-{}-{}.json", name, aws_world::to_string(role), i + 1), documents[i].dump(2) + "\n");
    }
  }
}

TEST(AwsPolicy, Of_the_founding_stack) {
  expect_policies("founding", example("aws.yaml"));
}

TEST(AwsPolicy, Of_an_adopted_stack) {
  expect_policies("adopted", example("aws-existing.yaml"));
}

}  // namespace
}  // namespace lifeboat::cli
