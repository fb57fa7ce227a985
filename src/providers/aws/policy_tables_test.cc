#include "providers/aws/policy_tables.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "aws/operation.h"
#include "providers/aws/policy_examples.h"
#include "providers/aws/templates.h"

namespace lifeboat::aws_world {
namespace {

using testing::aurora;
using testing::made;
using testing::template_of;
namespace fs = std::filesystem;
using Calls = std::set<std::pair<std::string, std::string>>;

/// The services that have an operation of this name.
std::vector<std::string> services_with(const std::string& operation) {
  std::vector<std::string> services;
  for (const auto* service : aws::all_services()) {
    if (aws::find_call(service->name, operation)) services.emplace_back(service->name);
  }
  return services;
}

/// What a source calls: a literal that is an operation's name, with its service's in a literal before it. Alone where
/// only one service has such an operation; those that several have are in `unclear`.
Calls calls_in(const std::string& text, std::vector<std::string>& unclear) {
  static const std::regex word("(?:\"([a-z0-9-]+)\",\\s*)?\"([A-Z][A-Za-z0-9]+)\"");
  Calls calls;
  for (std::sregex_iterator at(text.begin(), text.end(), word), end; at != end; ++at) {
    const std::string before = (*at)[1], name = (*at)[2];
    const auto services = services_with(name);
    if (services.empty()) continue;
    const bool is_said = std::ranges::find(services, before) != services.end();
    if (!is_said && services.size() > 1) unclear.push_back(name);
    calls.emplace(is_said ? before : services.front(), name);
  }
  return calls;
}

/// The sources of a folder below src/, without tests and what only tests use, and without the tables themselves.
std::vector<std::string> sources(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(fs::path(LIFEBOAT_SOURCE_DIR) / "src" / folder)) {
    const auto name = entry.path().filename().string();
    const bool is_code = name.ends_with(".cc") || name.ends_with(".h");
    const bool is_other = name.find("_test") != std::string::npos || name.starts_with("policy") ||
                          name.starts_with("fake_") || name.starts_with("test_");
    if (is_code && !is_other) files.push_back("src/" + folder + "/" + name);
  }
  return files;
}

TEST(PolicyTables, HaveExactlyTheOperationsThatTheCodeCalls) {
  Calls called;
  auto files = sources("providers/aws");
  // The client itself calls nothing of its own accord but its credential chain does.
  for (const auto& file : sources("aws")) {
    if (file.starts_with("src/aws/credential_")) files.push_back(file);
  }
  for (const auto& file : sources("cli")) files.push_back(file);
  for (const auto& file : files) {
    std::vector<std::string> unclear;
    called.merge(calls_in(testing::project_file(file), unclear));
    EXPECT_THAT(unclear, ::testing::IsEmpty()) << file << ": write \"service\", \"Operation\" side by side";
  }
  Calls rows;
  for (const auto& row : operation_rows()) rows.emplace(row.service, row.operation);
  for (const auto& call : called) {
    EXPECT_TRUE(rows.contains(call)) << call.first << " " << call.second
                                     << " is called: add it to policy_operations.cc";
  }
  for (const auto& row : rows) {
    EXPECT_TRUE(called.contains(row)) << row.first << " " << row.second
                                      << " is not called: out of policy_operations.cc";
  }
}

TEST(PolicyTables, FindCallsHoweverTheyAreWritten) {
  std::vector<std::string> unclear;
  EXPECT_EQ(calls_in(R"(client.call("ec2",
                        "StopInstances", region); ask("PromoteReadReplica"); "SomethingElse"; {"s3", "GetObject"})",
                     unclear),
            (Calls{{"ec2", "StopInstances"}, {"rds", "PromoteReadReplica"}, {"s3", "GetObject"}}));
  EXPECT_THAT(unclear, ::testing::IsEmpty());
  EXPECT_THAT(calls_in(R"(ask("AddTags"))", unclear), ::testing::IsEmpty());
}

TEST(PolicyTables, AreSorted) {
  const auto operations = operation_rows();
  EXPECT_TRUE(std::ranges::is_sorted(
      operations, {}, [](const OperationRow& row) { return std::tuple(row.service, row.operation, row.role); }));
  EXPECT_TRUE(std::ranges::is_sorted(action_scopes()));
}

TEST(PolicyTables, HaveTheScopesOfExactlyTheActionsOfResourceTypes) {
  std::set<std::string> used;
  for (const auto& row : resource_type_rows()) {
    std::istringstream words{std::string(row.actions)};
    for (std::string word; words >> word;) used.insert(word);
  }
  std::set<std::string> scoped;
  for (const auto row : action_scopes()) scoped.emplace(row.substr(0, row.find('@')));
  EXPECT_EQ(scoped, used);
}

/// The types of one concern's templates, in either region.
std::set<std::string> types_of(const model::Stack& stack, Concern concern) {
  std::set<std::string> types;
  for (const auto* region : {&stack.home, &stack.standby}) {
    const auto concerns = concerns_of(stack, region->name);
    if (std::ranges::find(concerns, concern) == concerns.end()) continue;
    const auto document = template_of(stack, concern, region->name);
    for (const auto& resource : document.at("Resources")) types.insert(resource.at("Type"));
  }
  return types;
}

TEST(PolicyTables, HaveExactlyTheTypesOfTheTemplates) {
  const std::map<std::string, std::set<std::string>> in_templates{
      {"network", types_of(made(), Concern::network)},
      {"peering", types_of(made(), Concern::peering)},
      {"peer-route", types_of(made(), Concern::peer_route)},
      {"database:rds", types_of(made(), Concern::database)},
      {"web", types_of(made(), Concern::web)},
      {"database:aurora", types_of(aurora(), Concern::database)},
      {"dns", types_of(made(), Concern::dns)},
      {"monitoring", types_of(made(), Concern::monitoring)}};
  std::map<std::string, std::set<std::string>> in_rows;
  for (const auto& row : resource_type_rows()) {
    if (!row.type.starts_with("AWS::")) continue;
    std::istringstream words{std::string(row.templates)};
    for (std::string word; words >> word;) in_rows[word].emplace(row.type);
  }
  EXPECT_EQ(in_rows, in_templates);
}

}  // namespace
}  // namespace lifeboat::aws_world
