#include "model/field_values.h"
#include "model/fields_parts.h"

namespace lifeboat::model {
namespace {

constexpr std::string_view file_pattern = "^[!-~]([ -~]*[!-~])?$";
constexpr std::string_view file_shape = "the path of a file, relative to this one, in plain characters";
// Without braces, which Alertmanager would read as a template's.
constexpr std::string_view address_pattern =
    "^[A-Za-z0-9!#$%&'*+/=?^_`|~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`|~-]+)*"
    "@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$";
constexpr std::string_view address_shape = "one e-mail address, such as on-call@example.com";
constexpr std::size_t longest_url = 1'000;

void add_webhook(std::vector<Field>& table) {
  table.push_back(
      {.section = "monitoring.webhook",
       .key = "url",
       .type = FieldType::text,
       .description = "Where each change of an alert is posted, as Alertmanager's JSON.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.notifications.webhook.url = as_text(v); },
       .required = true,
       .pattern = "^https?://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?([/?][!-~]*)?$",
       .shape = "a URL such as https://host.example.com/alerts, without a user or password",
       .max_length = longest_url});
  table.push_back({.section = "monitoring.webhook",
                   .key = "token_file",
                   .type = FieldType::text,
                   .description = "The file with the bearer token that the receiver asks for.",
                   .default_json = "",
                   .set = [](FieldTarget& t,
                             const FieldValue& v) { t.stack.monitoring.notifications.webhook.token_file = as_text(v); },
                   .pattern = file_pattern,
                   .shape = file_shape});
}

void add_email(std::vector<Field>& table) {
  table.push_back(
      {.section = "monitoring.email",
       .key = "to",
       .type = FieldType::text,
       .description = "Who gets the mail.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.notifications.email.to = as_text(v); },
       .required = true,
       .pattern = address_pattern,
       .shape = address_shape});
  table.push_back(
      {.section = "monitoring.email",
       .key = "from",
       .type = FieldType::text,
       .description = "Whom the mail is from.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.notifications.email.from = as_text(v); },
       .required = true,
       .pattern = address_pattern,
       .shape = address_shape});
  table.push_back({.section = "monitoring.email",
                   .key = "smarthost",
                   .type = FieldType::text,
                   .description = "The mail server, host:port; it has to offer TLS.",
                   .default_json = "",
                   .set = [](FieldTarget& t,
                             const FieldValue& v) { t.stack.monitoring.notifications.email.smarthost = as_text(v); },
                   .required = true,
                   .pattern = "^([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}$",
                   .shape = "a host and a port, such as mail.example.com:587"});
}

void add_email_login(std::vector<Field>& table) {
  table.push_back(
      {.section = "monitoring.email",
       .key = "username",
       .type = FieldType::text,
       .description = "The user at the mail server. Left out, it asks for none.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.notifications.email.username = as_text(v); },
       .pattern = "^[!-~]+$",
       .shape = "a user's name, without spaces"});
  table.push_back(
      {.section = "monitoring.email",
       .key = "password_file",
       .type = FieldType::text,
       .description = "The file with that user's password.",
       .default_json = "",
       .set = [](FieldTarget& t,
                 const FieldValue& v) { t.stack.monitoring.notifications.email.password_file = as_text(v); },
       .pattern = file_pattern,
       .shape = file_shape});
}

void add_services(std::vector<Field>& table) {
  table.push_back(
      {.section = "monitoring.slack",
       .key = "url_file",
       .type = FieldType::text,
       .description = "The file with the URL of Slack's incoming webhook, which is a secret.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.notifications.slack.url_file = as_text(v); },
       .required = true,
       .pattern = file_pattern,
       .shape = file_shape});
  table.push_back(
      {.section = "monitoring.slack",
       .key = "channel",
       .type = FieldType::text,
       .description = "The channel, by name or id. Left out, the webhook's own.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.notifications.slack.channel = as_text(v); },
       .pattern = "^[#@]?[A-Za-z0-9._-]{1,80}$",
       .shape = "a channel such as \"#alerts\" in quotes, or its id"});
  table.push_back(
      {.section = "monitoring.pagerduty",
       .key = "routing_key_file",
       .type = FieldType::text,
       .description = "The file with the integration key of a PagerDuty service (Events API v2).",
       .default_json = "",
       .set = [](FieldTarget& t,
                 const FieldValue& v) { t.stack.monitoring.notifications.pagerduty.routing_key_file = as_text(v); },
       .required = true,
       .pattern = file_pattern,
       .shape = file_shape});
}

}  // namespace

void add_notification_fields(std::vector<Field>& table) {
  add_webhook(table);
  add_email(table);
  add_email_login(table);
  add_services(table);
}

}  // namespace lifeboat::model
