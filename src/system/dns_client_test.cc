#include "system/dns_client.h"

#include <gtest/gtest.h>

#include "system/dns_message.h"
#include "system/test_dns_server.h"

namespace lifeboat::system {
namespace {

using base::Milliseconds;
using testing::TestDnsServer;

constexpr Milliseconds limit{5000};

TEST(Dns, A_cname_is_read_with_its_time_to_live) {
  TestDnsServer server({{"api.example.test", {.alias = "shop-1.elb.example.test", .ttl_s = 17}}});
  const auto found = dns_cname("127.0.0.1", server.port(), "api.example.test", limit);
  ASSERT_TRUE(found) << found.error().text();
  ASSERT_TRUE(*found);
  EXPECT_EQ((*found)->target, "shop-1.elb.example.test");
  EXPECT_EQ((*found)->ttl_s, 17);
}

TEST(Dns, An_authoritative_server_is_not_told_to_ask_others) {
  TestDnsServer server({{"api.example.test", {.alias = "a.example.test"}}});
  ASSERT_TRUE(dns_cname("127.0.0.1", server.port(), "api.example.test", limit));
  EXPECT_EQ(server.recursion_wanted(), std::vector{false});
}

TEST(Dns, A_name_without_a_cname_has_none) {
  TestDnsServer server({{"plain.example.test", {.address = "127.0.0.9"}}});
  for (const auto* name : {"plain.example.test", "missing.example.test"}) {
    const auto found = dns_cname("127.0.0.1", server.port(), name, limit);
    ASSERT_TRUE(found) << found.error().text();
    EXPECT_FALSE(*found) << name;
  }
}

TEST(Dns, A_silent_server_fails_at_the_time_limit) {
  TestDnsServer server({});
  server.be_silent();
  const auto found = dns_cname("127.0.0.1", server.port(), "silent.test", Milliseconds{100});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::ErrorCode::dns_failed);
  EXPECT_EQ(found.error().message, "asking " + server.place() + " for silent.test: no answer within 100 ms");
}

TEST(Dns, An_address_of_one_server_is_looked_up) {
  TestDnsServer server({{"lb.example.test", {.address = "127.0.0.9", .ttl_s = 5}}});
  const auto found = dns_lookup("127.0.0.1", server.port(), "lb.example.test", limit);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->addresses, std::vector<std::string>{"127.0.0.9"});
  EXPECT_EQ(found->ttl_s, 5);
}

TEST(Dns, The_machines_resolver_knows_numbers_and_itself) {
  const auto number = dns_resolve("127.0.0.7", limit);
  ASSERT_TRUE(number) << number.error().text();
  EXPECT_EQ(*number, std::vector<std::string>{"127.0.0.7"});
  const auto itself = dns_resolve("localhost", limit);
  ASSERT_TRUE(itself) << itself.error().text();
  EXPECT_EQ(itself->front(), "127.0.0.1");
}

/// An answer with a CNAME whose owner is a pointer to the question's name.
std::string message() {
  using std::string_literals::operator""s;
  return "\x12\x34\x84\0\0\1\0\1\0\0\0\0"s + "\3api\7example\0\0\5\0\1"s + "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\4\2lb\0"s;
}

std::optional<DnsAlias> read(const std::string& text) {
  return cname_in({reinterpret_cast<const unsigned char*>(text.data()), text.size()}, "API.example.");
}

TEST(Dns, Compressed_names_are_followed_in_any_case) {
  const auto found = read(message());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->target, "lb");
  EXPECT_EQ(found->ttl_s, 30);
}

TEST(Dns, A_message_that_is_cut_anywhere_has_no_record) {
  const auto whole = message();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(read(whole.substr(0, length))) << length;
  }
}

TEST(Dns, A_name_that_points_at_itself_has_no_record) {
  auto looped = message();
  looped[looped.size() - 4] = '\xc0';
  looped[looped.size() - 3] = static_cast<char>(looped.size() - 4);
  EXPECT_FALSE(read(looped));
}

}  // namespace
}  // namespace lifeboat::system
