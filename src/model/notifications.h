#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::model {

/// Who is told when an alert fires: every route that is given is told of every alert. No secret stands here: each is
/// in a file of its own, whose path is relative to the stack file.
struct Notifications {
  /// Alertmanager's POST; not given while the URL is empty.
  struct Webhook {
    std::string url;
    std::string token_file;  ///< A bearer token; empty: none is sent.
  };
  struct Email {
    std::string to;  ///< Not given while it is empty, as the rest then is.
    std::string from;
    std::string smarthost;  ///< "host:port" of the mail server.
    std::string username;   ///< Empty, as the password's file then is: the server asks for none.
    std::string password_file;
  };
  /// Slack's incoming webhook, whose URL is the secret; not given while the file is empty.
  struct Slack {
    std::string url_file;
    std::string channel;  ///< Empty: the webhook's own.
  };
  /// PagerDuty's Events API v2; not given while the file is empty.
  struct PagerDuty {
    std::string routing_key_file;
  };

  Webhook webhook;
  Email email;
  Slack slack;
  PagerDuty pagerduty;
};

/// A secret that a route needs.
struct NotificationSecret {
  std::string_view name;   ///< Its file's name wherever an Alertmanager reads it: "webhook_token" …
  std::string_view field;  ///< Which key of the stack file names it: "monitoring.webhook.token_file" …
  std::string file;        ///< What that key says.
};

inline constexpr std::string_view webhook_token = "webhook_token";
inline constexpr std::string_view email_password = "email_password";
inline constexpr std::string_view slack_url = "slack_url";
inline constexpr std::string_view pagerduty_routing_key = "pagerduty_routing_key";

/// The secrets of the routes that are given, in the order above. Pure.
std::vector<NotificationSecret> secrets_of(const Notifications& notifications);

}  // namespace lifeboat::model
