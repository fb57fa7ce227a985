#include "providers/aws/policy.h"

#include <gmock/gmock.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "aws/operation.h"
#include "model/parse.h"
#include "providers/aws/policy_tables.h"
#include "providers/aws/templates.h"

namespace lifeboat::aws_world {
namespace {

namespace fs = std::filesystem;
using aws::Json;
using Calls = std::set<std::pair<std::string, std::string>>;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

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

std::vector<fs::path> sources(const char* folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(LIFEBOAT_SOURCE_DIR) / "src" / folder)) {
    const auto name = entry.path().filename().string();
    const bool is_code = name.ends_with(".cc") || name.ends_with(".h");
    const bool is_other = name.find("_test.") != std::string::npos || name.starts_with("policy") ||
                          name.starts_with("fake_") || name.starts_with("test_");
    if (is_code && !is_other) files.push_back(entry.path());
  }
  return files;
}

TEST(PolicyTables, HaveExactlyTheOperationsThatTheCodeCalls) {
  Calls called;
  auto files = sources("providers/aws");
  // The client itself calls nothing of its own accord but its credential chain does.
  for (const auto& file : sources("aws")) {
    if (file.filename().string().starts_with("credential_")) files.push_back(file);
  }
  for (const auto& file : files) {
    std::vector<std::string> unclear;
    called.merge(calls_in(text_of(file), unclear));
    EXPECT_THAT(unclear, testing::IsEmpty()) << file << ": write \"service\", \"Operation\" side by side";
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
  EXPECT_THAT(unclear, testing::IsEmpty());
  EXPECT_THAT(calls_in(R"(ask("AddTags"))", unclear), testing::IsEmpty());
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

/// An example of the project, with one piece of it replaced.
model::Stack example(const char* name, const std::string& piece = "", const std::string& by = "") {
  auto text = text_of(fs::path(LIFEBOAT_SOURCE_DIR) / "examples" / name);
  if (!piece.empty()) text.replace(text.find(piece), piece.size(), by);
  return model::parse_stack(text, name).stack.value();
}

model::Stack made() {
  return example("aws.yaml");
}
model::Stack aurora() {
  return example("aws.yaml", "size: db.t3.small\n  backup_retention_days: 5\n  aws: rds",
                 "size: db.r6g.large\n  aws: aurora-global");
}

constexpr std::array roles{PolicyRole::observer, PolicyRole::mover, PolicyRole::provisioner};

/// The types of one concern's templates, in either region and however the database began.
std::set<std::string> types_of(const model::Stack& stack, Concern concern) {
  const Names names(stack, "123456789012");
  std::set<std::string> types;
  for (const auto* region : {&stack.home, &stack.standby}) {
    const auto concerns = concerns_of(stack, region->name);
    if (std::ranges::find(concerns, concern) == concerns.end()) continue;
    TemplateInputs inputs{.region = region->name, .image_id = "ami-1", .peer_network_id = "vpc-1"};
    for (const auto* key : {"VpcId", "PublicSubnetIds", "WebSubnetIds", "WebRouteTableIds",
                            "LoadBalancerSecurityGroupId", "WebSecurityGroupId", "DatabaseSecurityGroupId",
                            "DatabaseSubnetGroup", "DatabaseKeyArn", "WebInstanceProfile"}) {
      inputs.other[key] = "a,b";
    }
    inputs.web_route_tables = {"rtb-1", "rtb-2"};
    inputs.peering_connection_id = "pcx-1";
    const auto document = make_template(stack, names, concern, inputs);
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

/// Every allowed action with a resource and the condition.
std::set<std::string> allowed(const std::vector<Json>& documents) {
  std::set<std::string> lines;
  for (const auto& document : documents) {
    for (const auto& statement : document.at("Statement")) {
      for (const std::string action : statement.at("Action")) {
        for (const std::string resource : statement.at("Resource")) {
          lines.insert(action + " " + resource + " " + statement.value("Condition", Json()).dump());
        }
      }
    }
  }
  return lines;
}

TEST(Policy, IsAsIamWantsIt) {
  const std::regex action("[a-z0-9-]+:[A-Z][A-Za-z0-9]+");
  for (const auto& stack : {made(), aurora(), example("aws-existing.yaml")}) {
    for (const auto role : roles) {
      for (const auto& document : policy_documents(stack, "123456789012", role)) {
        EXPECT_LE(policy_size(document), managed_policy_limit);
        EXPECT_EQ(document.size(), 2U);
        EXPECT_EQ(document.at("Version"), "2012-10-17");
        ASSERT_FALSE(document.at("Statement").empty());
        for (const auto& statement : document.at("Statement")) {
          EXPECT_EQ(statement.size(), statement.contains("Condition") ? 4U : 3U);
          EXPECT_EQ(statement.at("Effect"), "Allow");
          ASSERT_FALSE(statement.at("Action").empty());
          ASSERT_FALSE(statement.at("Resource").empty());
          for (const std::string one : statement.at("Action")) EXPECT_TRUE(std::regex_match(one, action)) << one;
          for (const std::string one : statement.at("Resource")) {
            EXPECT_TRUE(one == "*" || one.starts_with("arn:aws:")) << one;
          }
        }
      }
    }
  }
}

TEST(Policy, OfARoleAllowsWhatThoseBeforeItMay) {
  const auto reads = [](const PolicyRole role) {
    auto lines = allowed(policy_documents(made(), "123456789012", role));
    return lines;
  };
  const auto observer = reads(PolicyRole::observer), mover = reads(PolicyRole::mover),
             all = reads(PolicyRole::provisioner);
  EXPECT_TRUE(std::ranges::includes(mover, observer));
  EXPECT_TRUE(std::ranges::includes(all, mover));
  EXPECT_GT(all.size(), mover.size());
  EXPECT_GT(mover.size(), observer.size());
}

TEST(Policy, OfAnObserverChangesNothingAndReadsNoSecret) {
  const std::regex reading(
      "(cloudwatch|ec2|eks|elasticloadbalancing|rds|route53|s3|servicequotas):(Describe|Get|List)\\w+");
  for (const auto& stack : {made(), aurora(), example("aws-existing.yaml")}) {
    for (const auto& line : allowed(policy_documents(stack, "123456789012", PolicyRole::observer))) {
      EXPECT_TRUE(std::regex_match(line.substr(0, line.find(' ')), reading)) << line;
    }
  }
}

TEST(Policy, LetsOnlyCloudFormationReadTheSecret) {
  for (const auto role : roles) {
    for (const auto& line : allowed(policy_documents(made(), "123456789012", role))) {
      if (line.starts_with("secretsmanager:GetSecretValue")) {
        EXPECT_NE(line.find("cloudformation.amazonaws.com"), std::string::npos) << line;
      }
    }
  }
}

TEST(Policy, OfAnAdoptedStackMakesNothingButBuckets) {
  const auto lines = allowed(policy_documents(example("aws-existing.yaml"), "123456789012", PolicyRole::provisioner));
  for (const auto& line : lines) {
    EXPECT_EQ(line.find("CalledVia"), std::string::npos) << line;
    EXPECT_FALSE(line.starts_with("cloudformation:") || line.starts_with("iam:")) << line;
  }
}

TEST(Policy, NamesTheAdoptedThings) {
  const auto lines = allowed(policy_documents(example("aws-existing.yaml"), "123456789012", PolicyRole::mover));
  EXPECT_THAT(lines,
              testing::Contains("rds:DescribeDBInstances arn:aws:rds:us-west-1:123456789012:db:shop-replica null"));
}

TEST(Policy, KnowsItsRolesByTheirWords) {
  for (const auto role : roles) EXPECT_EQ(policy_role(to_string(role)), role);
  EXPECT_EQ(policy_role("admin"), std::nullopt);
}

}  // namespace
}  // namespace lifeboat::aws_world
