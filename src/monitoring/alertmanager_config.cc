#include "monitoring/alertmanager_config.h"

#include <nlohmann/json.hpp>

namespace lifeboat::monitoring {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view webhook_token = "webhook_token";
constexpr std::string_view email_password = "email_password";
constexpr std::string_view slack_url = "slack_url";
constexpr std::string_view pagerduty_key = "pagerduty_routing_key";

/// What happened, and the page of the runbook that says what to type.
constexpr const char* slack_text =
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.runbook }}\n{{ end }}";

struct Writer {
  const std::string& folder;

  std::string path(std::string_view name) const { return folder + "/" + std::string(name); }

  Json webhook(const model::Notifications::Webhook& route) const {
    Json config{{"url", route.url}, {"send_resolved", true}};
    if (!route.token_file.empty()) {
      config["http_config"] = {{"authorization", {{"credentials_file", path(webhook_token)}}}};
    }
    return config;
  }

  Json email(const model::Notifications::Email& route) const {
    Json config{{"to", route.to},
                {"from", route.from},
                {"smarthost", route.smarthost},
                {"require_tls", true},
                {"send_resolved", true}};
    if (!route.username.empty()) {
      config["auth_username"] = route.username;
      config["auth_password_file"] = path(email_password);
    }
    return config;
  }

  Json slack(const model::Notifications::Slack& route) const {
    Json config{{"api_url_file", path(slack_url)}, {"send_resolved", true}, {"text", slack_text}};
    if (!route.channel.empty()) config["channel"] = route.channel;
    return config;
  }

  Json pagerduty() const { return {{"routing_key_file", path(pagerduty_key)}, {"send_resolved", true}}; }
};

}  // namespace

std::vector<NotificationSecret> notification_secrets(const model::Notifications& routes) {
  std::vector<NotificationSecret> secrets;
  const auto add = [&](std::string_view name, const std::string& source) {
    if (!source.empty()) secrets.push_back({name, source});
  };
  add(webhook_token, routes.webhook.token_file);
  add(email_password, routes.email.password_file);
  add(slack_url, routes.slack.url_file);
  add(pagerduty_key, routes.pagerduty.routing_key_file);
  return secrets;
}

std::string alertmanager_yaml(const model::Notifications& routes, const std::string& secrets_folder) {
  const Writer write{secrets_folder};
  Json receiver{{"name", "everybody"}};
  if (!routes.webhook.url.empty()) receiver["webhook_configs"] = {write.webhook(routes.webhook)};
  if (!routes.email.to.empty()) receiver["email_configs"] = {write.email(routes.email)};
  if (!routes.slack.url_file.empty()) receiver["slack_configs"] = {write.slack(routes.slack)};
  if (!routes.pagerduty.routing_key_file.empty()) receiver["pagerduty_configs"] = {write.pagerduty()};
  // Whatever joins a group that has been told of is told of after an interval: half a minute, not Alertmanager's five.
  const Json route{{"receiver", "everybody"},
                   {"group_by", {"alertname", "region"}},
                   {"group_wait", "1s"},
                   {"group_interval", "30s"}};
  const Json config{{"route", route}, {"receivers", {receiver}}};
  return config.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lifeboat::monitoring
