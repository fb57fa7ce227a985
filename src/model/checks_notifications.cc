#include <fmt/format.h>

#include "model/checks.h"

namespace lifeboat::model {
namespace {

void need(Checks& checks, std::string_view section, std::string_view key, const std::string& value) {
  if (!checks.given(section) || !value.empty()) return;
  // A value that could not be used has its own finding.
  if (checks.given(fmt::format("{}.{}", section, key))) return;
  checks.error({section}, fmt::format("{} needs '{}'", section, key),
               fmt::format("add '{}', or remove the section", key));
}

void check_email(Checks& checks, const Notifications::Email& email) {
  constexpr std::string_view section = "monitoring.email";
  need(checks, section, "to", email.to);
  need(checks, section, "from", email.from);
  need(checks, section, "smarthost", email.smarthost);
  if (!email.username.empty()) need(checks, section, "password_file", email.password_file);
  if (!email.password_file.empty()) need(checks, section, "username", email.username);
}

}  // namespace

void check_notifications(Checks& checks) {
  const auto& routes = checks.stack().monitoring.notifications;
  need(checks, "monitoring.webhook", "url", routes.webhook.url);
  check_email(checks, routes.email);
  need(checks, "monitoring.slack", "url_file", routes.slack.url_file);
  need(checks, "monitoring.pagerduty", "routing_key_file", routes.pagerduty.routing_key_file);
  if (routes.webhook.token_file.empty() || !routes.webhook.url.starts_with("http://")) return;
  const auto host = std::string_view(routes.webhook.url).substr(7);
  if (host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]")) return;
  checks.warning({"monitoring.webhook.url"}, "the token goes over the network as it is", "use https://");
}

}  // namespace lifeboat::model
