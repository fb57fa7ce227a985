#include "providers/aws/network_door.h"

#include <gtest/gtest.h>

#include <map>

#include "aws/test_server.h"
#include "system/test_dns_server.h"

namespace lifeboat::aws_world {
namespace {

using aws::testing::reply;
using aws::testing::ScriptedReply;
using aws::testing::ScriptedServer;
using base::ErrorCode;
using base::Milliseconds;
using system::testing::TestDnsServer;

constexpr Milliseconds limit{5000};

model::Stack stack_at(std::uint16_t port) {
  model::Stack stack;
  stack.dns = {.domain = "example.test", .record = "api"};
  stack.load_balancer.port = port;
  return stack;
}

/// A front door whose names are the test's.
NetworkDoor door_by(const std::vector<std::string>& servers, std::uint16_t port = 80) {
  return {stack_at(port), {.name_servers = servers, .certificates = {}}};
}

std::uint16_t port_of(const ScriptedServer& server) {
  const auto url = server.url();
  return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
}

std::string address_of(const ScriptedServer& server) {
  const auto url = server.url().substr(7);
  return url.substr(0, url.find(':'));
}

TEST(Network_door, Every_name_server_that_answers_is_heard) {
  TestDnsServer old_server({{"api.example.test", {.alias = "old.elb.test", .ttl_s = 60}}});
  TestDnsServer new_server({{"api.example.test", {.alias = "new.elb.test", .ttl_s = 30}}});
  auto door = door_by({old_server.place(), new_server.place(), "127.0.0.1:1"});
  const auto answers = door.ask_name_servers({"ns-1.example.test"}, "api.example.test", Milliseconds{500});
  ASSERT_TRUE(answers) << answers.error().text();
  ASSERT_EQ(answers->size(), 2U);
  EXPECT_EQ(answers->at(0).server, old_server.place());
  EXPECT_EQ(answers->at(0).target, "old.elb.test");
  EXPECT_EQ(answers->at(0).ttl_s, 60);
  EXPECT_EQ(answers->at(1).target, "new.elb.test");
  EXPECT_EQ(answers->at(1).ttl_s, 30);
}

TEST(Network_door, A_zone_without_the_record_answers_with_no_target) {
  TestDnsServer server({});
  const auto answers = door_by({}).ask_name_servers({server.place()}, "api.example.test", limit);
  ASSERT_TRUE(answers) << answers.error().text();
  EXPECT_EQ(answers->at(0).target, "");
}

TEST(Network_door, No_answer_from_anybody_is_an_error) {
  const auto silent = door_by({"127.0.0.1:1"}).ask_name_servers({}, "api.example.test", Milliseconds{200});
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, ErrorCode::dns_failed);
  const auto nobody = door_by({}).ask_name_servers({}, "api.example.test", limit);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().message, "nobody is known to ask for api.example.test");
}

TEST(Network_door, A_load_balancer_is_asked_as_a_client_of_the_front_door_asks) {
  ScriptedServer server({reply(201, R"({"number":7})", "X-Served-By: us-east-2/web-1\r\n")});
  TestDnsServer names({{"shop-1.elb.test", {.address = address_of(server)}}});
  auto door = door_by({names.place()}, port_of(server));
  const auto answer = door.ask("shop-1.elb.test",
                               {.method = "POST",
                                .target = "/lifeboat/marker?a=1",
                                .body = R"({"number":7})",
                                .token = aws::Secret("the-token")},
                               limit);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->served_by, "us-east-2/web-1");
  EXPECT_EQ(answer->body, R"({"number":7})");
  const auto sent = server.requests().at(0);
  EXPECT_TRUE(sent.starts_with("POST /lifeboat/marker?a=1 HTTP/1.1\r\n")) << sent;
  EXPECT_NE(sent.find("\r\nHost: api.example.test:" + std::to_string(port_of(server)) + "\r\n"), std::string::npos)
      << sent;
  EXPECT_NE(sent.find("\r\nAuthorization: Bearer the-token\r\n"), std::string::npos) << sent;
  EXPECT_TRUE(sent.ends_with("\r\n\r\n{\"number\":7}")) << sent;
}

TEST(Network_door, An_answer_of_503_is_an_answer) {
  ScriptedServer server({reply(503, "closed")});
  TestDnsServer names({{"lb.test", {.address = address_of(server)}}});
  const auto answer = door_by({names.place()}, port_of(server)).ask("lb.test", {}, limit);
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->served_by, "");
}

TEST(Network_door, A_request_is_never_sent_twice_and_its_failure_has_no_token) {
  ScriptedServer server({{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"}, reply(200, "again")});
  TestDnsServer names({{"lb.test", {.address = address_of(server)}}});
  const auto answer = door_by({names.place()}, port_of(server))
                          .ask("lb.test", {.method = "POST", .body = "{}", .token = aws::Secret("the-token")}, limit);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::http_failed);
  EXPECT_EQ(answer.error().text().find("the-token"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Network_door, A_load_balancer_that_hangs_ends_at_the_time_limit) {
  ScriptedServer server({{"", ScriptedReply::Act::hang}});
  TestDnsServer names({{"lb.test", {.address = address_of(server)}}});
  const auto answer = door_by({names.place()}, port_of(server)).ask("lb.test", {}, Milliseconds{200});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::http_timeout);
}

TEST(Network_door, A_name_without_an_address_is_an_error_of_dns) {
  TestDnsServer names({});
  const auto answer = door_by({names.place()}).ask("lb.test", {}, limit);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::dns_failed);
}

TEST(Network_door, A_name_server_that_does_not_answer_leaves_time_for_the_next) {
  ScriptedServer server({reply(200, "")});
  TestDnsServer knows({{"lb.test", {.address = address_of(server)}}});
  TestDnsServer silent({});
  silent.be_silent();
  auto door = door_by({silent.place(), knows.place()}, port_of(server));
  EXPECT_TRUE(door.ask("lb.test", {}, Milliseconds{2000}));
}

aws::Environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

TEST(Network_door, The_environment_names_servers_and_authorities) {
  const auto options =
      door_options(with({{"LIFEBOAT_NAME_SERVERS", "127.0.0.1:5353,127.0.0.2"}, {"AWS_CA_BUNDLE", "/etc/ca.pem"}}));
  ASSERT_TRUE(options) << options.error().text();
  EXPECT_EQ(options->name_servers, (std::vector<std::string>{"127.0.0.1:5353", "127.0.0.2"}));
  EXPECT_EQ(options->certificates, "/etc/ca.pem");
  EXPECT_TRUE(door_options(with({}))->name_servers.empty());
}

TEST(Network_door, What_is_no_name_server_is_refused) {
  for (const auto* text : {"127.0.0.1:0", "127.0.0.1:x", "127.0.0.1:70000", ":53", "ns.example.test", "127.0.0.1,,"}) {
    const auto options = door_options(with({{"LIFEBOAT_NAME_SERVERS", text}}));
    ASSERT_FALSE(options) << text;
    EXPECT_EQ(options.error().code, ErrorCode::bad_flag);
  }
}

}  // namespace
}  // namespace lifeboat::aws_world
