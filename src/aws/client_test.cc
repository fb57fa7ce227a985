#include "aws/client.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "aws/curl_transport.h"
#include "aws/test_ports.h"
#include "aws/test_server.h"

// Everything here is simulated: the answers are written below, in the form of AWS's.
namespace lifeboat::aws {
namespace {

using namespace std::chrono_literals;
using testing::reply;
using testing::ScriptedReply;
using testing::ScriptedServer;
using testing::TestTime;

struct TestCredentials : CredentialSource {
  base::Result<Credentials> credentials() override {
    ++asked;
    return Credentials{.access_key_id = forgotten == 0 ? "OLDKEY" : "NEWKEY",
                       .secret_access_key = Secret("the-secret-key")};
  }
  void forget() override { ++forgotten; }

  int asked = 0;
  int forgotten = 0;
};

/// A client whose every service is the scripted server.
struct World {
  explicit World(std::vector<ScriptedReply> script, RetryPolicy policy = {})
      : server(std::move(script)),
        client({transport, credentials, time, time, time,
                [this](const std::string& name) { return name == "AWS_ENDPOINT_URL" ? url : std::string(); }},
               policy) {}

  ScriptedServer server;
  std::string url = server.url();
  CurlTransport transport;
  TestTime time;
  TestCredentials credentials;
  Client client;
};

std::string rds_error(const std::string& code, const std::string& message) {
  return "<ErrorResponse><Error><Code>" + code + "</Code><Message>" + message +
         "</Message></Error><RequestId>r-1</RequestId></ErrorResponse>";
}

std::string identity() {
  return "<GetCallerIdentityResponse><GetCallerIdentityResult><UserId>u</UserId><Account>123456789012</Account><Arn>a</"
         "Arn>"
         "</GetCallerIdentityResult></GetCallerIdentityResponse>";
}

std::string instances(const std::string& names, const std::string& marker) {
  std::string text = "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances>";
  for (const char name : names)
    text += std::string("<DBInstance><DBInstanceIdentifier>") + name + "</DBInstanceIdentifier></DBInstance>";
  text += "</DBInstances>" + (marker.empty() ? "" : "<Marker>" + marker + "</Marker>");
  return text + "</DescribeDBInstancesResult></DescribeDBInstancesResponse>";
}

Answer who(World& world, const CallLimits& limits = {}) {
  return world.client.call("sts", "GetCallerIdentity", "us-east-2", Json::object(), limits);
}

Answer promote(World& world, const CallLimits& limits = {}) {
  return world.client.call("rds", "PromoteReadReplica", "us-west-1", {{"DBInstanceIdentifier", "b"}}, limits);
}

TEST(Client, A_call_is_signed_sent_and_read) {
  World world({reply(200, identity())});
  const auto answer = who(world);
  ASSERT_TRUE(answer) << answer.error().error().text();
  EXPECT_EQ(answer->at("Account"), "123456789012");
  const auto sent = world.server.requests().at(0);
  EXPECT_TRUE(sent.starts_with("POST / HTTP/1.1\r\nHost: " + world.url.substr(7) + "\r\n")) << sent;
  EXPECT_NE(sent.find("Credential=OLDKEY/20261124/us-east-2/sts/aws4_request"), std::string::npos);
  EXPECT_TRUE(sent.ends_with("\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15"));
  EXPECT_EQ(sent.find("the-secret-key"), std::string::npos);
}

TEST(Client, Throttling_is_waited_out_with_jitter) {
  World world({reply(400, rds_error("Throttling", "Rate exceeded")),
               reply(503, rds_error("Throttling", "Rate exceeded")), reply(200, identity())});
  EXPECT_TRUE(who(world));
  EXPECT_EQ(world.time.waits, (std::vector<base::Milliseconds>{250ms, 500ms}));
  EXPECT_EQ(world.client.retries_left("us-east-2"), 500 - 2 * 5 + 1);
}

TEST(Client, What_may_not_be_repeated_is_repeated_after_throttling_only) {
  World throttled(
      {reply(400, rds_error("Throttling", "Rate exceeded")), reply(500, rds_error("InternalFailure", "oops"))});
  const auto answer = promote(throttled);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::server_fault);
  EXPECT_FALSE(answer.error().was_not_done());
  EXPECT_EQ(throttled.server.requests().size(), 2U);
}

TEST(Client, A_page_of_a_proxy_is_tried_again_and_then_shown) {
  const auto page = reply(500, "<html><body>Bad gateway</body></html>");
  World world({page, page, page, page, page});
  const auto answer = who(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().attempts, 5);
  EXPECT_EQ(answer.error().error().text(),
            "us-east-2: sts GetCallerIdentity: an answer that no AWS service gives, beginning: <html><body>Bad "
            "gateway</body></html>"
            " [HTTP 500, 5 attempts] (aws_failed)\n"
            "  See https://health.aws.amazon.com for the service in this region, then try again.");
}

TEST(Client, A_slow_answer_ends_at_the_time_limit) {
  World world({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<GetCaller", ScriptedReply::Act::hang}});
  const auto answer = promote(world, {.attempt = 100ms});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::timeout);
  EXPECT_EQ(answer.error().error().code, base::ErrorCode::aws_timeout);
  EXPECT_EQ(answer.error().attempts, 1);
}

TEST(Client, A_connection_that_is_cut_in_the_middle_is_tried_again) {
  World world({{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + identity()}, {""}, reply(200, identity())});
  EXPECT_TRUE(who(world));
  EXPECT_EQ(world.server.requests().size(), 3U);
}

TEST(Client, A_cut_connection_leaves_open_whether_a_promotion_was_made) {
  World world({{"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<Promote"}});
  const auto answer = promote(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::cut_off);
  EXPECT_FALSE(answer.error().was_not_done());
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(Client, Nobody_there_is_unreachable_and_nothing_was_done) {
  World world({}, {.attempts = 2});
  world.url = "http://127.0.0.1:1";
  const auto answer = promote(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::unreachable);
  EXPECT_TRUE(answer.error().was_not_done());
  EXPECT_EQ(answer.error().attempts, 2);
}

TEST(Client, A_wrong_clock_is_corrected_by_the_services_date) {
  const std::string hour_later = "Date: Tue, 24 Nov 2026 02:02:03 GMT\r\n";
  World world({reply(403, rds_error("SignatureDoesNotMatch", "Signature expired"), hour_later), reply(200, identity()),
               reply(200, identity())});
  EXPECT_TRUE(who(world));
  EXPECT_TRUE(who(world));
  const auto requests = world.server.requests();
  EXPECT_NE(requests.at(0).find("X-Amz-Date: 20261124T010203Z"), std::string::npos);
  EXPECT_NE(requests.at(1).find("X-Amz-Date: 20261124T020203Z"), std::string::npos);
  EXPECT_NE(requests.at(2).find("X-Amz-Date: 20261124T020203Z"), std::string::npos);
  EXPECT_TRUE(world.time.waits.empty());
}

TEST(Client, A_wrong_signature_with_a_right_clock_is_denied_at_once) {
  World world({reply(403, rds_error("SignatureDoesNotMatch", "wrong"), "Date: Tue, 24 Nov 2026 01:03:03 GMT\r\n")});
  const auto answer = who(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::denied);
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(Client, A_clock_that_is_wrong_after_its_correction_is_said) {
  const auto wrong =
      reply(403, rds_error("RequestTimeTooSkewed", "too far"), "Date: Tue, 24 Nov 2026 02:02:03 GMT\r\n");
  World world({wrong, wrong});
  const auto answer = who(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::clock_skewed);
  EXPECT_EQ(world.server.requests().size(), 2U);
}

TEST(Client, Expired_credentials_are_fetched_anew_once) {
  const auto expired = reply(403, rds_error("ExpiredToken", "expired"));
  World world({expired, reply(200, identity())});
  EXPECT_TRUE(who(world));
  EXPECT_NE(world.server.requests().at(1).find("Credential=NEWKEY/"), std::string::npos);
  World twice({expired, expired});
  const auto answer = who(twice);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::expired);
  EXPECT_EQ(twice.credentials.forgotten, 1);
}

TEST(Client, Pages_are_joined) {
  World world({reply(200, instances("ab", "m1")), reply(200, instances("c", "m2")), reply(200, instances("", ""))});
  const auto answer = world.client.call_all("rds", "DescribeDBInstances", "us-east-2", {{"MaxRecords", 20}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(
      *answer,
      Json::parse(
          R"({"DBInstances": [{"DBInstanceIdentifier": "a"}, {"DBInstanceIdentifier": "b"}, {"DBInstanceIdentifier": "c"}]})"));
  EXPECT_TRUE(world.server.requests().at(2).ends_with("&MaxRecords=20&Marker=m2"));
}

TEST(Client, A_page_that_fails_fails_the_list) {
  World world({reply(200, instances("ab", "m1")), reply(403, rds_error("AccessDenied", "no"))});
  const auto answer = world.client.call_all("rds", "DescribeDBInstances", "us-east-2", Json::object());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::denied);
}

TEST(Client, A_list_without_end_is_an_error) {
  World world({reply(200, instances("a", "m")), reply(200, instances("a", "m"))});
  const auto answer = world.client.call_all("rds", "DescribeDBInstances", "us-east-2", Json::object());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "the list does not end (2 pages)");
}

TEST(Client, Retries_end_when_their_budget_is_spent) {
  std::vector<ScriptedReply> script(200, reply(503, "busy"));
  World world(std::move(script), {.attempts = 1000, .longest_wait = 10ms});
  const auto answer = who(world);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().attempts, 101);
  EXPECT_EQ(world.client.retries_left("us-east-2"), 0);
  EXPECT_EQ(who(world).error().attempts, 1);
  EXPECT_EQ(world.client.retries_left("us-west-1"), 500) << "another region's calls have a budget of their own";
}

TEST(Client, Retries_end_at_the_calls_time_limit) {
  World world(std::vector<ScriptedReply>(20, reply(503, "busy")), {.attempts = 20, .first_wait = 2000ms});
  const auto answer = who(world, {.whole = 5s});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::server_fault);
  EXPECT_EQ(world.time.waits, (std::vector<base::Milliseconds>{1s, 2s}));
}

TEST(Client, Of_a_service_that_was_silent_the_next_question_expects_less) {
  const ScriptedReply silence{"", ScriptedReply::Act::hang};
  const CallLimits limits{.whole = 100s, .attempt = 100ms, .whole_after_silence = 50ms};
  World world({silence, silence, silence, reply(200, identity()), silence, silence, silence, silence},
              {.attempts = 3, .first_wait = 2000ms});
  EXPECT_EQ(who(world, limits).error().attempts, 3);
  EXPECT_EQ(world.client.call("sts", "GetCallerIdentity", "us-west-1", Json::object(), limits)->at("Account"),
            "123456789012");
  EXPECT_EQ(who(world, limits).error().attempts, 1) << "no time was left for another attempt";
  world.time.passed += 60s;
  EXPECT_EQ(who(world, limits).error().attempts, 3) << "a minute later it is asked as if nothing had been";
}

TEST(Client, An_interruption_ends_what_is_under_way_and_what_follows) {
  World world(
      {{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<GetCaller", ScriptedReply::Act::hang}, reply(200, identity())});
  std::jthread stopper([&world] {
    while (world.server.requests().empty()) std::this_thread::sleep_for(1ms);
    world.transport.interrupt(true);
  });
  EXPECT_EQ(promote(world).error().kind, FailureKind::cut_off);
  stopper.join();
  EXPECT_FALSE(promote(world));
  EXPECT_EQ(world.server.requests().size(), 1U) << "nothing more is sent";
  world.transport.interrupt(false);
  EXPECT_TRUE(who(world));
}

TEST(Client, A_stop_ends_the_retries) {
  World world({reply(503, "busy"), reply(200, identity())});
  world.time.is_stopped = true;
  EXPECT_FALSE(who(world));
  EXPECT_EQ(world.server.requests().size(), 1U);
}

TEST(Client, An_answer_without_end_is_cut) {
  CurlTransport transport;
  ScriptedServer server({reply(200, std::string(5000, 'x'))});
  const auto answer = transport.send({.scheme = "http", .host = server.url().substr(7)}, {.answer_bytes = 4000});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, FailureKind::cut_off);
  EXPECT_EQ(answer.error().message, server.url() + ": the answer is larger than 4000 bytes");
}

TEST(Client, The_path_goes_over_the_wire_as_it_was_signed) {
  CurlTransport transport;
  ScriptedServer server({reply(200, "")});
  EXPECT_TRUE(transport.send({.scheme = "http", .host = server.url().substr(7), .path = "/a/../b//c%2F./"}, {}));
  EXPECT_TRUE(server.requests().at(0).starts_with("GET /a/../b//c%2F./ HTTP/1.1\r\n"));
}

TEST(Client, A_presigned_url_carries_the_form) {
  World world({});
  const auto url = world.client.presigned_url("sts", "GetCallerIdentity", "us-east-2", Json::object(), 60s, {},
                                              {{"x-k8s-aws-id", "cluster"}});
  ASSERT_TRUE(url);
  EXPECT_TRUE(
      url->starts_with(world.url + "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&"))
      << *url;
  EXPECT_NE(url->find("&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature="), std::string::npos) << *url;
}

TEST(Retry, The_bound_doubles_up_to_its_limit) {
  const RetryPolicy policy{.first_wait = 100ms, .first_throttled_wait = 1s, .longest_wait = 5s};
  EXPECT_EQ(wait_before_next(policy, 1, FailureKind::server_fault, 0.999).count(), 99);
  EXPECT_EQ(wait_before_next(policy, 3, FailureKind::server_fault, 0.5).count(), 200);
  EXPECT_EQ(wait_before_next(policy, 2, FailureKind::throttled, 0.5).count(), 1000);
  EXPECT_EQ(wait_before_next(policy, 1000, FailureKind::throttled, 0.5).count(), 2500);
  EXPECT_EQ(wait_before_next(policy, 5, FailureKind::throttled, 0).count(), 0);
}

}  // namespace
}  // namespace lifeboat::aws
