#include "providers/local/notification_secrets.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "system/files.h"

namespace lifeboat::local {
namespace {

class NotificationSecrets : public testing::Test {
 protected:
  NotificationSecrets() { EXPECT_NE(::mkdtemp(root_.data()), nullptr); }
  ~NotificationSecrets() override { std::filesystem::remove_all(root_); }

  void write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    ASSERT_TRUE(system::replace_file(std::filesystem::path(root_) / name, text, mode));
  }
  base::Status provide(const model::Notifications& routes) {
    return provide_notification_secrets(routes, root_, copies());
  }
  std::filesystem::path copies() const { return std::filesystem::path(root_) / "copies"; }

  std::string root_ = (std::filesystem::temp_directory_path() / "lifeboat-secrets-XXXXXX").string();
};

TEST_F(NotificationSecrets, Are_copied_for_the_owner_only_and_go_with_their_route) {
  write("token", "s3cret\n");
  ASSERT_TRUE(provide({.webhook = {"https://x", "token"}, .email = {}, .slack = {}, .pagerduty = {}}));
  const auto copy = copies() / "webhook_token";
  EXPECT_EQ(system::read_file(copy), "s3cret");
  struct stat seen {};
  ASSERT_EQ(::stat(copy.c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 07777, 0600u);
  ASSERT_TRUE(provide({}));
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(NotificationSecrets, Are_refused_where_others_may_read_them_or_there_are_none) {
  const model::Notifications routes{.webhook = {}, .email = {}, .slack = {"url", ""}, .pagerduty = {}};
  EXPECT_NE(provide(routes).error().message.find("monitoring.slack.url_file: "), std::string::npos);
  write("url", "https://hooks.slack.com/x", 0640);
  const auto refused = provide(routes);
  EXPECT_NE(refused.error().message.find("others may read it (mode 0640)"), std::string::npos)
      << refused.error().message;
  EXPECT_NE(refused.error().help.find("chmod 600"), std::string::npos);
  write("url", "\n");
  EXPECT_NE(provide(routes).error().message.find("is empty"), std::string::npos);
  for (const auto& text : {std::string(5000, 'x'), std::string("one\ntwo\n")}) {
    write("url", text);
    EXPECT_NE(provide(routes).error().message.find("expected is one secret"), std::string::npos);
  }
}

TEST_F(NotificationSecrets, Are_kept_when_the_original_has_been_put_away) {
  const model::Notifications routes{.webhook = {}, .email = {}, .slack = {}, .pagerduty = {"key"}};
  write("key", "abc");
  ASSERT_TRUE(provide(routes));
  std::filesystem::remove(std::filesystem::path(root_) / "key");
  ASSERT_TRUE(provide(routes));
  EXPECT_EQ(system::read_file(copies() / "pagerduty_routing_key"), "abc");
}

}  // namespace
}  // namespace lifeboat::local
