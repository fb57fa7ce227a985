#include "providers/aws/stack_driver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "providers/aws/test_cloudformation.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;

const base::RegionName east{"us-east-2"};
constexpr const char* database_replaced =
    "<member><Type>Resource</Type><ResourceChange><Action>Modify</Action><LogicalResourceId>Database</"
    "LogicalResourceId>"
    "<PhysicalResourceId>shop-db</PhysicalResourceId><ResourceType>AWS::RDS::DBInstance</ResourceType><Replacement>True"
    "</Replacement><Details><member><Target><Attribute>Properties</Attribute><Name>KmsKeyId</Name></Target></member>"
    "</Details></ResourceChange></member>";

class Driver : public ::testing::Test {
 protected:
  base::Result<StackState> apply() {
    return driver.apply(request, soon(), [this](const StackEvent& event) { told.push_back(event.logical_id); });
  }
  base::Instant soon() const { return cloud.time.now() + std::chrono::minutes(10); }
  long count(const std::string& operation) const { return std::ranges::count(cloud.calls, operation); }

  TestCloudFormation cloud;
  StackDriver driver{{.client = cloud.client, .clock = cloud.time, .pause = cloud.time}};
  StackRequest request{
      .region = east, .name = "shop", .body = R"({"Resources":{"Vpc":{"Type":"AWS::EC2::VPC"}}})", .tags = {}};
  std::vector<std::string> told;
};

TEST_F(Driver, Makes_a_stack_by_a_change_set_and_tells_what_happens) {
  cloud.after_change = {"CREATE_IN_PROGRESS", "CREATE_COMPLETE"};
  cloud.events = {{"Vpc", ""}};
  const auto made = apply();
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->status, "CREATE_COMPLETE");
  EXPECT_EQ(made->outputs.at("VpcId"), "vpc-1");
  EXPECT_THAT(told, ::testing::Contains("Vpc"));
}

TEST_F(Driver, Leaves_a_stack_alone_that_stands_as_asked) {
  cloud.status = "UPDATE_COMPLETE";
  cloud.change_set_reason = "The submitted information didn't contain changes.";
  ASSERT_TRUE(apply());
  EXPECT_EQ(count("ExecuteChangeSet"), 0);
  EXPECT_EQ(count("DeleteChangeSet"), 1);
}

TEST_F(Driver, Refuses_to_replace_a_database_and_changes_nothing) {
  cloud.status = "CREATE_COMPLETE";
  cloud.changes = database_replaced;
  const auto made = apply();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::aws_refused);
  EXPECT_EQ(made.error().message,
            "us-east-2: Database (AWS::RDS::DBInstance, shop-db) would be replaced because of KmsKeyId; nothing was "
            "changed");
  EXPECT_EQ(count("ExecuteChangeSet"), 0);
  EXPECT_EQ(count("DeleteStack"), 0);
}

/// What CloudFormation says of a replica that was promoted and whose template has lost the source.
std::string source_changed(const std::string& other_property = "MultiAZ", const std::string& recreation = "Never") {
  const auto detail = [](const std::string& name, const std::string& what) {
    return "<member><Target><Attribute>Properties</Attribute><Name>" + name + "</Name><RequiresRecreation>" + what +
           "</RequiresRecreation></Target></member>";
  };
  return "<member><Type>Resource</Type><ResourceChange><Action>Modify</Action><LogicalResourceId>Database</"
         "LogicalResourceId><PhysicalResourceId>shop-db</PhysicalResourceId><ResourceType>AWS::RDS::DBInstance</"
         "ResourceType><Replacement>Conditional</Replacement><Details>" +
         detail("SourceDBInstanceIdentifier", "Conditionally") + detail(other_property, recreation) +
         "</Details></ResourceChange></member>";
}

TEST_F(Driver, A_database_that_only_loses_its_source_is_not_replaced) {
  cloud.status = "CREATE_COMPLETE";
  cloud.after_change = {"UPDATE_COMPLETE"};
  cloud.changes = source_changed();
  request.body = R"({"Resources":{"Database":{"Type":"AWS::RDS::DBInstance","Properties":{"MultiAZ":true}}}})";
  const auto made = apply();
  EXPECT_TRUE(made) << made.error().text();
}

TEST_F(Driver, A_database_that_gets_another_source_may_be_replaced) {
  cloud.status = "CREATE_COMPLETE";
  cloud.changes = source_changed();
  request.body = R"({"Resources":{"Database":{"Type":"AWS::RDS::DBInstance","Properties":{
      "SourceDBInstanceIdentifier":"other"}}}})";
  EXPECT_FALSE(apply());
}

TEST_F(Driver, A_database_that_loses_its_source_and_changes_its_key_may_be_replaced) {
  cloud.status = "CREATE_COMPLETE";
  cloud.changes = source_changed("KmsKeyId", "Always");
  request.body = R"({"Resources":{"Database":{"Type":"AWS::RDS::DBInstance","Properties":{}}}})";
  EXPECT_FALSE(apply());
}

TEST_F(Driver, Says_beforehand_what_would_be_replaced) {
  cloud.status = "CREATE_COMPLETE";
  cloud.changes = database_replaced;
  const auto changes = driver.preview(request, soon());
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_TRUE(changes->front().may_replace);
  EXPECT_EQ(count("DeleteChangeSet"), 1);
  EXPECT_EQ(cloud.status, "CREATE_COMPLETE");
}

TEST_F(Driver, Previews_a_stack_that_does_not_exist_without_making_anything) {
  const auto changes = driver.preview(request, soon());
  ASSERT_TRUE(changes);
  ASSERT_EQ(changes->size(), 1U);
  EXPECT_EQ(changes->front().action, "Add");
  EXPECT_EQ(count("CreateChangeSet"), 0);
}

TEST_F(Driver, A_rollback_names_the_resource_that_caused_it) {
  cloud.after_change = {"CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"};
  cloud.events = {{"Subnet", "The CIDR conflicts"}, {"Vpc", "Resource creation cancelled"}};
  const auto made = apply();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::effect_failed);
  EXPECT_THAT(made.error().message, HasSubstr("Subnet (AWS::EC2::VPC): The CIDR conflicts"));
}

TEST_F(Driver, What_a_failed_creation_left_is_taken_away_first) {
  cloud.status = "ROLLBACK_COMPLETE";
  cloud.after_delete = {"DELETE_IN_PROGRESS", ""};
  cloud.after_change = {"CREATE_IN_PROGRESS", "CREATE_COMPLETE"};
  const auto made = apply();
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(count("DeleteStack"), 1);
}

TEST_F(Driver, A_stack_that_is_stuck_is_left_to_a_person) {
  cloud.status = "UPDATE_ROLLBACK_FAILED";
  const auto made = apply();
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().help, HasSubstr("continue-update-rollback --region us-east-2 --stack-name shop"));
  EXPECT_EQ(count("CreateChangeSet"), 0);
}

TEST_F(Driver, Lost_answers_do_not_make_it_do_anything_twice) {
  for (const auto* operation : {"CreateChangeSet", "ExecuteChangeSet"}) {
    cloud.status.clear();
    cloud.calls.clear();
    cloud.lost_answer = operation;
    cloud.after_change = {"CREATE_IN_PROGRESS", "CREATE_COMPLETE"};
    const auto made = apply();
    ASSERT_TRUE(made) << operation << ": " << made.error().text();
    EXPECT_EQ(count(operation), 1) << operation;
  }
}

TEST_F(Driver, Waiting_ends_with_the_deadline) {
  cloud.status = "UPDATE_IN_PROGRESS";
  const auto made = apply();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::wait_expired);
}

TEST_F(Driver, Removing_what_is_not_there_is_done) {
  EXPECT_TRUE(driver.remove(east, "shop", soon(), {}));
  EXPECT_EQ(count("DeleteStack"), 0);
}

TEST_F(Driver, A_removal_that_fails_says_so) {
  cloud.status = "CREATE_COMPLETE";
  cloud.after_delete = {"DELETE_IN_PROGRESS", "DELETE_FAILED"};
  const auto removed = driver.remove(east, "shop", soon(), {});
  ASSERT_FALSE(removed);
  EXPECT_THAT(removed.error().message, HasSubstr("could not delete shop in us-east-2 (DELETE_FAILED)"));
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
