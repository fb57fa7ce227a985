#pragma once

#include <string>

namespace lifeboat::model {

/// Where alerts go, beside the page of the Alertmanagers. Whatever is secret stands in a file of its own, named by a
/// path that is relative to the stack file; an empty text is a key that the file does not give.
struct Notifications {
  struct Webhook {
    std::string url;
    std::string token_file;  ///< Sent as "Authorization: Bearer"; empty: none is.
  };
  struct Email {
    std::string to;
    std::string from;
    std::string smarthost;  ///< HOST:PORT; spoken to with TLS.
    std::string username;
    std::string password_file;
  };
  struct Slack {
    std::string url_file;  ///< Holds the URL of an incoming webhook, which is a secret.
    std::string channel;   ///< Empty: the webhook's own.
  };
  struct PagerDuty {
    std::string routing_key_file;
  };

  Webhook webhook;
  Email email;
  Slack slack;
  PagerDuty pagerduty;
};

}  // namespace lifeboat::model
