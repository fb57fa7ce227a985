#include "model/notifications.h"

namespace lifeboat::model {

std::vector<NotificationSecret> secrets_of(const Notifications& notifications) {
  std::vector<NotificationSecret> secrets{
      {webhook_token, "monitoring.webhook.token_file", notifications.webhook.token_file},
      {email_password, "monitoring.email.password_file", notifications.email.password_file},
      {slack_url, "monitoring.slack.url_file", notifications.slack.url_file},
      {pagerduty_routing_key, "monitoring.pagerduty.routing_key_file", notifications.pagerduty.routing_key_file}};
  std::erase_if(secrets, [](const NotificationSecret& secret) { return secret.file.empty(); });
  return secrets;
}

}  // namespace lifeboat::model
