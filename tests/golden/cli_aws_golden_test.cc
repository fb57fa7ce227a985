// What commands say of aws stacks, to the letter; nothing here asks AWS. LIFEBOAT_REWRITE=1 writes the expectations
// anew.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "cli/aws_plan.h"
#include "cli/command_line.h"
#include "cli/status_text.h"
#include "cli_samples.h"
#include "golden.h"
#include "model/parse.h"

namespace lifeboat::cli {
namespace {

using aws_world::Concern;
using aws_world::ConcernPreview;
using aws_world::ResourceChange;

const Terminal hundred_columns{.interactive = false, .color = false, .width = 100};

ResourceChange change(std::string action, std::string type, std::string logical_id) {
  ResourceChange made;
  made.action = std::move(action);
  made.type = std::move(type);
  made.logical_id = std::move(logical_id);
  return made;
}

ConcernPreview preview(std::string region, Concern concern, std::vector<ResourceChange> changes) {
  return {.region = {std::move(region)}, .concern = concern, .changes = std::move(changes)};
}

/// Prices of a catalogue of the test's own: those of the product's table change with its date.
AwsPlan plan_of(std::vector<ConcernPreview> previews) {
  return {.stack = "shop", .account = "123456789012", .is_adopted = false, .previews = std::move(previews), .cost = {}};
}

AwsPlan new_stack() {
  return plan_of({preview("us-east-2", Concern::network,
                          {change("Add", "AWS::EC2::VPC", "Vpc"),
                           change("Add", "AWS::EC2::SecurityGroup", "DatabaseSecurityGroup")}),
                  preview("us-east-2", Concern::database, {change("Add", "AWS::RDS::DBInstance", "Database")}),
                  preview("us-west-1", Concern::network, {change("Add", "AWS::EC2::VPC", "Vpc")}),
                  preview("us-west-1", Concern::dns, {change("Add", "AWS::Route53::HostedZone", "Zone")})});
}

AwsPlan destructive() {
  auto database = change("Modify", "AWS::RDS::DBInstance", "Database");
  database.physical_id = "shop-db";
  database.may_replace = true;
  database.causes = {"KmsKeyId", "DBSubnetGroupName"};
  auto instance = change("Modify", "AWS::EC2::Instance", "Web1");
  instance.physical_id = "i-0123456789abcdef0";
  instance.may_replace = true;
  instance.causes = {"ImageId"};
  auto alarm = change("Remove", "AWS::CloudWatch::Alarm", "WebAlarm");
  alarm.physical_id = "shop-web";
  auto zone = change("Remove", "AWS::Route53::HostedZone", "Zone");
  zone.physical_id = "Z0123456789ABCDEFGHIJ";
  auto group = change("Modify", "AWS::EC2::SecurityGroup", "WebSecurityGroup");
  group.physical_id = "sg-0123456789abcdef0";
  group.causes = {"SecurityGroupIngress"};
  return plan_of({preview("us-east-2", Concern::network, {group}), preview("us-east-2", Concern::database, {database}),
                  preview("us-east-2", Concern::web, {instance, alarm}), preview("us-west-1", Concern::web, {}),
                  preview("us-west-1", Concern::dns, {zone})});
}

TEST(AwsGolden, Plan) {
  expect_golden("aws-plan-new.txt", aws_plan_text(hundred_columns, new_stack()));
  expect_golden("aws-plan-destructive.txt", aws_plan_text(hundred_columns, destructive()));
  expect_golden("aws-plan-destructive.json", aws_plan_document(destructive()) + "\n");
  expect_golden("aws-plan-nothing.txt",
                aws_plan_text(hundred_columns, plan_of({preview("us-east-2", Concern::network, {}),
                                                        preview("us-west-1", Concern::network, {})})));
  auto adopted = plan_of({});
  adopted.is_adopted = true;
  expect_golden("aws-plan-adopted.txt", aws_plan_text(hundred_columns, adopted));
}

TEST(AwsGolden, APlanThatWouldDestroyDataIsRefused) {
  EXPECT_TRUE(may_be_carried_out(new_stack()));
  const auto refused = may_be_carried_out(destructive());
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_code_of(refused.error()), ExitCode::refused);
  expect_golden("aws-plan-refusal.txt", refused.error().text() + "\n");
}

TEST(AwsGolden, ThePlanEndsWithTheCost) {
  auto plan = new_stack();
  plan.cost = {
      {.region = {"us-east-2"}, .asset = "database", .what = "2 × db.t3.small, 730 h", .dollars_a_month = 52.5},
      {.region = {}, .asset = "name", .what = "a hosted zone", .dollars_a_month = 0.5}};
  std::string cost;
  for (const auto& line : aws_world::cost_text(plan.cost)) cost += line + "\n";
  EXPECT_TRUE(aws_plan_text(hundred_columns, plan).ends_with(cost));
  EXPECT_NE(cost.find(aws_world::prices_as_of()), cost.npos);
  EXPECT_DOUBLE_EQ(monthly_sum(plan.cost), 53);
}

TEST(AwsGolden, AStatusOfWhatNobodyWorksOn) {
  auto status = samples::healthy();
  status.operation->state = "unfinished";
  status.operation->kind = "failover";
  status.operation->id = "failover-2";
  status.operation->phase = "promoting";
  status.warnings = {"failover-2 stopped in phase promoting and nobody works on it now: 'lifeboat failover' goes on."};
  expect_golden("aws-status-unfinished.txt", status_text({.interactive = false, .color = false, .width = 140}, status));
}

/// An aws stack and a local one below a LIFEBOAT_HOME.
class AwsRefusals : public testing::Test {
 protected:
  AwsRefusals() {
    write("shop", "aws", "dns:\n  domain: shop.com\n");
    write(
        "tls", "aws",
        "dns:\n  domain: shop.com\naws:\n  certificate:\n    us-east-2: arn:aws:acm:a\n    us-west-1: arn:aws:acm:b\n");
    write("here", "local", "");
  }
  ~AwsRefusals() override { std::filesystem::remove_all(home_); }

  void write(const std::string& name, const std::string& world, const std::string& rest) {
    std::filesystem::create_directories(home_ / name);
    std::ofstream(home_ / name / "stack.yaml")
        << "stack: " << name << "\nworld: " << world << "\nregions:\n  - name: us-east-2\n  - name: us-west-1\n"
        << rest;
  }
  /// What was typed, what was said, and the exit code; the folder's name is left out.
  std::string tell(std::vector<std::string> arguments) {
    std::string typed = "$ lifeboat";
    for (const auto& word : arguments) typed += " " + word;
    arguments.insert(arguments.end(), {"--home", home_.string()});
    std::ostringstream out;
    std::ostringstream err;
    const int code = run_command_line(arguments, hundred_columns, out, err);
    std::string text = typed + "\n" + out.str() + err.str();
    for (auto at = text.find(home_.string()); at != text.npos; at = text.find(home_.string())) {
      text.replace(at, home_.string().size(), "HOME");
    }
    return text + "exit code " + std::to_string(code) + "\n\n";
  }
  static std::filesystem::path make_home() {
    auto name = (std::filesystem::temp_directory_path() / "lifeboat-refusals-XXXXXX").string();
    return ::mkdtemp(name.data());
  }

  const std::filesystem::path home_ = make_home();
};

TEST_F(AwsRefusals, SayWhatCanBeDoneInstead) {
  std::string story;
  story += tell({"chaos", "kill", "region", "us-east-2", "--stack", "shop"});
  story += tell({"journal", "repair", "--stack", "shop"});
  story += tell({"console", "--stack", "shop"});
  story += tell({"down", "--keep-data", "--yes", "--stack", "shop"});
  story += tell({"load", "--stack", "tls"});
  story += tell({"serve", "--stack", "here"});
  story += tell({"status", "--stack", "nowhere/shop.yaml"});
  story += tell({"status"});
  expect_golden("aws-refusals.txt", story);
}

}  // namespace
}  // namespace lifeboat::cli
