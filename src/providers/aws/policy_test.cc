#include "providers/aws/policy.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "providers/aws/policy_examples.h"
#include "providers/aws/templates.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using testing::aurora;
using testing::example;
using testing::made;
using testing::template_of;

constexpr std::array roles{PolicyRole::observer, PolicyRole::mover, PolicyRole::provisioner};

/// '*' and '?' as IAM has them.
bool fits(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') return fits(pattern.substr(1), text) || (!text.empty() && fits(pattern, text.substr(1)));
  return !text.empty() && (pattern.front() == text.front() || pattern.front() == '?') &&
         fits(pattern.substr(1), text.substr(1));
}

bool is_allowed(const std::vector<Json>& documents, const std::string& action, const std::string& arn) {
  for (const auto& document : documents) {
    for (const auto& statement : document.at("Statement")) {
      const auto& actions = statement.at("Action");
      if (std::ranges::find(actions, Json(action)) == actions.end()) continue;
      for (const std::string pattern : statement.at("Resource")) {
        if (fits(pattern, arn)) return true;
      }
    }
  }
  return false;
}

/// What a template names itself, with the action that makes it and its ARN behind "arn:aws:".
struct NamedByTemplate {
  const char* type;
  const char* property;
  const char* action;
  const char* arn;
};
constexpr NamedByTemplate named_by_templates[] = {
    {"AWS::EKS::Nodegroup", "NodegroupName", "eks:DescribeNodegroup", "eks:{1}:{2}:nodegroup/{0}/{0}/id"},
    {"AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", "elasticloadbalancing:CreateLoadBalancer",
     "elasticloadbalancing:{1}:{2}:loadbalancer/app/{0}/id"},
    {"AWS::RDS::DBCluster", "DBClusterIdentifier", "rds:CreateDBCluster", "rds:{1}:{2}:cluster:{0}"},
    {"AWS::RDS::DBInstance", "DBInstanceIdentifier", "rds:CreateDBInstance", "rds:{1}:{2}:db:{0}"},
    {"AWS::RDS::DBSubnetGroup", "DBSubnetGroupName", "rds:CreateDBSubnetGroup", "rds:{1}:{2}:subgrp:{0}"},
    {"AWS::RDS::GlobalCluster", "GlobalClusterIdentifier", "rds:CreateGlobalCluster", "rds::{2}:global-cluster:{0}"},
    {"AWS::SecretsManager::Secret", "Name", "secretsmanager:CreateSecret", "secretsmanager:{1}:{2}:secret:{0}-Ab1Cd2"},
};

void expect_named_things_are_allowed(const model::Stack& stack, std::set<std::string>& seen) {
  const auto documents = policy_documents(stack, "123456789012", PolicyRole::provisioner);
  for (const auto* region : {&stack.home, &stack.standby}) {
    for (const auto concern : concerns_of(stack, region->name)) {
      const auto document = template_of(stack, concern, region->name);
      for (const auto& resource : document.at("Resources")) {
        for (const auto& [type, property, action, arn] : named_by_templates) {
          if (resource.at("Type") != type || !resource.at("Properties").contains(property)) continue;
          const auto named = fmt::format(fmt::runtime(std::string("arn:aws:") + arn),
                                         resource.at("Properties").at(property).get<std::string>(), region->name.value,
                                         "123456789012");
          EXPECT_TRUE(is_allowed(documents, action, named)) << action << ' ' << named;
          seen.insert(type);
        }
      }
    }
  }
}

TEST(Policy, AllowsWhatTemplatesNameThemselves) {
  std::set<std::string> seen;
  expect_named_things_are_allowed(made(), seen);
  expect_named_things_are_allowed(aurora(), seen);
  EXPECT_EQ(seen.size(), std::size(named_by_templates));
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
              ::testing::Contains("rds:DescribeDBInstances arn:aws:rds:us-west-1:123456789012:db:shop-replica null"));
}

TEST(Policy, KnowsItsRolesByTheirWords) {
  for (const auto role : roles) EXPECT_EQ(policy_role(to_string(role)), role);
  EXPECT_EQ(policy_role("admin"), std::nullopt);
}

}  // namespace
}  // namespace lifeboat::aws_world
