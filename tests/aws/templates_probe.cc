// Prints every template of a stack file, which is the standard input: {"us-east-2/network": {…}, …}, beside the
// concerns "database promoted" and "database replica" of each region. The argument, if there is one, is JSON: outputs
// that take the places of invented ones, {"us-east-2": {"VpcId": …}}.

#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "model/parse.h"
#include "providers/aws/templates.h"

namespace {

using namespace lifeboat;
using Json = nlohmann::json;

constexpr const char* account = "123456789012";

std::vector<std::string> numbered(const std::string& prefix, std::size_t count) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back(fmt::format("{}-{:017x}", prefix, i + 1));
  return ids;
}

std::string list(const std::vector<std::string>& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

aws_world::TemplateInputs inputs_for(const model::Region& region) {
  const auto zones = region.zones.size();
  const auto key =
      fmt::format("arn:aws:kms:{}:{}:key/11111111-2222-3333-4444-555555555555", region.name.value, account);
  return {.region = region.name,
          .image_id = "ami-0123456789abcdef0",
          .other = {{"VpcId", "vpc-0123456789abcdef0"},
                    {"PublicSubnetIds", list(numbered("subnet", zones))},
                    {"WebSubnetIds", list(numbered("subnet", 2 * zones))},
                    {"LoadBalancerSecurityGroupId", "sg-0000000000000000a"},
                    {"WebSecurityGroupId", "sg-0000000000000000b"},
                    {"DatabaseSecurityGroupId", "sg-0000000000000000c"},
                    {"DatabaseSubnetGroup", "subnets"},
                    {"DatabaseKeyArn", key},
                    {"WebInstanceProfile", "profile"}},
          .peer_network_id = "vpc-0fedcba9876543210",
          .web_route_tables = numbered("rtb", zones),
          .peering_connection_id = "pcx-0123456789abcdef0",
          .program_digest = "0a1b"};
}

void add_region(Json& stacks, const model::Stack& stack, const model::Region& region, const Json& outputs) {
  const aws_world::Names names(stack, account);
  auto inputs = inputs_for(region);
  const auto given = outputs.value(region.name.value, Json::object());
  for (const auto& [key, value] : given.items()) inputs.other[key] = value;
  if (region.name == stack.standby.name) inputs.source_database_arn = names.database_arn(stack.home.name);
  for (const auto concern : aws_world::concerns_of(stack, region.name)) {
    stacks[fmt::format("{}/{}", region.name.value, to_string(concern))] = make_template(stack, names, concern, inputs);
  }
  // The database's other lives: a replica that was promoted; in the home region also one that became a replica.
  inputs.made_as_replica = true;
  inputs.source_database_arn.clear();
  stacks[region.name.value + "/database promoted"] = make_template(stack, names, aws_world::Concern::database, inputs);
  inputs.source_database_arn = names.database_arn(stack.other(region.name).name);
  stacks[region.name.value + "/database replica"] = make_template(stack, names, aws_world::Concern::database, inputs);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
  const auto parsed = model::parse_stack(text, "stdin");
  if (!parsed.stack) {
    for (const auto& diagnostic : parsed.diagnostics) std::cerr << diagnostic.message << '\n';
    return 1;
  }
  const auto& stack = *parsed.stack;
  Json stacks = Json::object();
  const auto outputs = argc > 1 ? Json::parse(argv[1]) : Json::object();
  add_region(stacks, stack, stack.home, outputs);
  add_region(stacks, stack, stack.standby, outputs);
  std::cout << stacks.dump() << '\n';
  return 0;
}
