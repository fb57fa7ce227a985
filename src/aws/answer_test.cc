#include "aws/answer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/build_request.h"
#include "aws/time_text.h"

namespace lifeboat::aws {
namespace {

using namespace std::chrono_literals;

Call call_of(std::string_view service, std::string_view operation) {
  return find_call(service, operation).value();
}

TEST(Table, Every_row_reads_and_no_json_row_takes_a_time) {
  for (const auto* service : all_services()) {
    for (const auto& row : service->operations) {
      const auto call = call_of(service->name, row.name);
      for (const auto& member : call.input.members) {
        const bool is_json = service->protocol == Protocol::json || service->protocol == Protocol::rest_json;
        EXPECT_FALSE(is_json && member.shape.kind == Kind::time) << row.name << " " << member.name;
      }
    }
  }
}

TEST(Table, An_operation_without_a_row_is_refused_by_name) {
  const auto call = find_call("rds", "DropEverything");
  ASSERT_FALSE(call);
  EXPECT_EQ(call.error().message, "the table of operations has no rds DropEverything");
}

TEST(Request_building, A_header_cannot_begin_another_one) {
  const auto request =
      build_request(call_of("s3", "PutObject"), {{"Bucket", "b"}, {"Key", "k"}, {"ContentType", "a\r\nX: y"}},
                    {.host = "s3.us-east-2.amazonaws.com"});
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().message, "s3 PutObject has an unusable ContentType");
}

TEST(Request_building, A_secret_value_of_the_wrong_kind_is_not_named) {
  const auto request =
      build_request(call_of("rds", "ModifyDBInstance"),
                    {{"DBInstanceIdentifier", "a"}, {"MasterUserPassword", {"hunter2"}}}, {.host = "h"});
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().text().find("hunter2"), std::string::npos);
}

TEST(Request_building, A_bucket_stays_in_the_path_where_the_endpoint_is_ones_own) {
  const Json input{{"Bucket", "b"}, {"Key", "folder/a b"}};
  const auto call = call_of("s3", "GetObject");
  EXPECT_EQ(build_request(call, input, {.host = "127.0.0.1:1", .is_overridden = true})->url(),
            "https://127.0.0.1:1/b/folder/a%20b");
  EXPECT_EQ(build_request(call, input, {.host = "s3.x.amazonaws.com"})->url(),
            "https://b.s3.x.amazonaws.com/folder/a%20b");
}

TEST(Failure_text, It_says_where_what_why_and_what_to_do) {
  const auto answer = read_answer(
      call_of("rds", "PromoteReadReplica"),
      {.status = 400,
       .body = "<ErrorResponse><Error><Code>InvalidDBInstanceState</Code><Message>Not a replica.</Message></Error>"
               "<RequestId>r-1</RequestId></ErrorResponse>"});
  ASSERT_FALSE(answer);
  auto failure = answer.error();
  failure.region = "us-west-1";
  EXPECT_EQ(failure.error().text(),
            "us-west-1: rds PromoteReadReplica: Not a replica. [InvalidDBInstanceState, HTTP 400, request r-1] "
            "(aws_refused)\n"
            "  Correct what the message names.");
}

TEST(Time_text, Times_are_read_and_written) {
  const base::WallTime moment = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 1h + 2min + 3s + 45ms;
  EXPECT_EQ(to_rfc3339(moment), "2026-11-24T01:02:03.045Z");
  EXPECT_EQ(from_rfc3339("2026-11-24T01:02:03.0459Z"), moment);
  EXPECT_EQ(from_rfc3339("2026-11-24T02:02:03.045+01:00"), moment);
  EXPECT_EQ(from_rfc3339("2026-11-23T23:02:03.045-0200"), moment);
  EXPECT_EQ(from_http_date("Tue, 24 Nov 2026 01:02:03 GMT"), moment - 45ms);
  for (const auto* wrong : {"", ".8", "2026-11-24", "2026-13-24T01:02:03Z", "2026-11-24T01:02:03",
                            "2026-11-24T01:02:03Zx", "2026-02-30T01:02:03Z"}) {
    EXPECT_EQ(from_rfc3339(wrong), std::nullopt) << wrong;
  }
  for (const auto* wrong :
       {"", "Tue, 24 Now 2026 01:02:03 GMT", "Tue, 24 Nov 2026 01:02:03", "24 Nov 2026 01:02:03 GMT"}) {
    EXPECT_EQ(from_http_date(wrong), std::nullopt) << wrong;
  }
}

Environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

TEST(Endpoint, A_services_own_variable_goes_before_the_general_one) {
  const auto& rds = *call_of("rds", "DescribeDBInstances").service;
  const auto both =
      with({{"AWS_ENDPOINT_URL", "http://127.0.0.1:1"}, {"AWS_ENDPOINT_URL_RDS", "http://[::1]:2/base/"}});
  EXPECT_EQ(find_endpoint(rds, "us-east-2", both)->host, "[::1]:2");
  EXPECT_EQ(find_endpoint(rds, "us-east-2", both)->path, "/base");
  EXPECT_EQ(find_endpoint(rds, "us-east-2", with({{"AWS_ENDPOINT_URL", "http://127.0.0.1:80"}}))->host, "127.0.0.1");
  EXPECT_EQ(find_endpoint(rds, "us-east-2", with({}))->host, "rds.us-east-2.amazonaws.com");
}

TEST(Endpoint, What_is_no_url_or_no_region_is_refused) {
  const auto& rds = *call_of("rds", "DescribeDBInstances").service;
  for (const auto* url : {"127.0.0.1:1", "ftp://a", "http://", "http://user@host", "http://a b", "http://a/?x"}) {
    EXPECT_FALSE(find_endpoint(rds, "us-east-2", with({{"AWS_ENDPOINT_URL", url}}))) << url;
  }
  for (const auto* region : {"", "evil.example.com/", "US-EAST-2"})
    EXPECT_FALSE(find_endpoint(rds, region, with({}))) << region;
}

}  // namespace
}  // namespace lifeboat::aws
