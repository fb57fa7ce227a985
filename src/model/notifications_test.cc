#include "model/notifications.h"

#include <gtest/gtest.h>

#include "model/changes.h"
#include "model/diagnostic.h"
#include "model/parse.h"

namespace lifeboat::model {
namespace {

const std::string plain = "stack: shop\nregions:\n  - name: us-east-2\n  - name: us-west-1\n";

ParseResult with(const std::string& monitoring) {
  return parse_stack(plain + "monitoring:\n" + monitoring, "test.yaml");
}

TEST(Notifications, Are_read_route_by_route) {
  const auto result = with(
      "  webhook: {url: \"http://127.0.0.1:9/x?y=1\", token_file: a/token}\n"
      "  email: {to: on.call+night@example.com, from: lifeboat@localhost, smarthost: \"[::1]:587\", username: me, "
      "password_file: b}\n"
      "  slack: {url_file: ../c d, channel: \"#ops\"}\n  pagerduty: {routing_key_file: /etc/key}\n");
  ASSERT_TRUE(result.stack) << render(result.diagnostics, "");
  const auto& told = result.stack->monitoring.notifications;
  EXPECT_EQ(told.webhook.url, "http://127.0.0.1:9/x?y=1");
  EXPECT_EQ(told.email.to, "on.call+night@example.com");
  EXPECT_EQ(told.email.smarthost, "[::1]:587");
  EXPECT_EQ(told.slack.channel, "#ops");
  std::vector<std::string> files;
  for (const auto& secret : secrets_of(told)) files.push_back(secret.file);
  EXPECT_EQ(files, (std::vector<std::string>{"a/token", "b", "../c d", "/etc/key"}));
}

TEST(Notifications, Need_no_secret_where_none_is_asked_for) {
  const auto result = with("  webhook: {url: \"https://host\"}\n");
  ASSERT_TRUE(result.stack);
  EXPECT_TRUE(secrets_of(result.stack->monitoring.notifications).empty());
}

TEST(Notifications, Take_no_address_that_Alertmanager_would_read_as_a_template) {
  EXPECT_FALSE(with("  email: {to: \"{{x}}@example.com\", from: a@b.c, smarthost: \"h:25\"}\n").stack);
  EXPECT_FALSE(with("  slack: {url_file: x, channel: \"{{x}}\"}\n").stack);
}

TEST(Notifications, Are_a_change_of_the_stack) {
  const auto before = parse_stack(plain, "test.yaml");
  const auto after = with("  pagerduty: {routing_key_file: key}\n");
  ASSERT_TRUE(before.stack && after.stack);
  const auto found = changes(*before.stack, *after.stack);
  EXPECT_EQ(to_text(found), "monitoring.pagerduty null → {\"routing_key_file\":\"key\"}");
  EXPECT_FALSE(found.at(0).lasting);
}

TEST(Notifications, Warn_where_monitoring_is_off) {
  const auto result = with("  enabled: false\n  pagerduty: {routing_key_file: key}\n");
  ASSERT_TRUE(result.stack);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].message, "monitoring is off, so its other keys have no effect");
}

}  // namespace
}  // namespace lifeboat::model
