#include "monitoring/alertmanager_config.h"

#include <nlohmann/json.hpp>

namespace lifeboat::monitoring {
namespace {

using Json = nlohmann::ordered_json;

/// What happened, and the page of the runbook that says what to type.
constexpr const char* slack_text =
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.runbook }}\n{{ end }}";

struct Writer {
  const std::string& folder;

  std::string path(std::string_view name) const { return folder + "/" + std::string(name); }

  Json webhook(const model::Notifications::Webhook& route) const {
    Json config{{"url", route.url}, {"send_resolved", true}};
    if (!route.token_file.empty()) {
      // Whoever it is sent on to has no business with the token.
      config["http_config"] = {{"authorization", {{"credentials_file", path(model::webhook_token)}}},
                               {"follow_redirects", false}};
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
      config["auth_password_file"] = path(model::email_password);
    }
    return config;
  }

  Json slack(const model::Notifications::Slack& route) const {
    Json config{{"api_url_file", path(model::slack_url)}, {"send_resolved", true}, {"text", slack_text}};
    if (!route.channel.empty()) config["channel"] = route.channel;
    return config;
  }

  Json pagerduty() const { return {{"routing_key_file", path(model::pagerduty_routing_key)}, {"send_resolved", true}}; }
};

}  // namespace

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
