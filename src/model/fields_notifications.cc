#include "model/field_values.h"
#include "model/fields_parts.h"

namespace lifeboat::model {
namespace {

constexpr std::string_view url_pattern = "^https?://[!-~]+$";
constexpr std::string_view url_shape = "a URL that begins with https:// or http://";
constexpr std::string_view address_pattern = "^[^@\\s]+@[^@\\s]+$";
constexpr std::string_view address_shape = "an e-mail address such as on-call@example.com";
constexpr std::string_view path_pattern = "^[^\\x00-\\x1f]+$";
constexpr std::string_view path_shape = "the path of a file, relative to the stack file";

Field text_field(std::string_view section, std::string_view key, std::string_view description,
                 void (*set)(FieldTarget&, const FieldValue&), std::string_view pattern, std::string_view shape) {
  return {.section = section,
          .key = key,
          .type = FieldType::text,
          .description = description,
          .default_json = "",
          .set = set,
          .pattern = pattern,
          .shape = shape,
          .max_length = 1024};
}

Notifications& of(FieldTarget& target) {
  return target.stack.monitoring.notifications;
}

void add_webhook(std::vector<Field>& table) {
  table.push_back(text_field(
      "monitoring.webhook", "url", "Gets each alert as Alertmanager's JSON.",
      [](FieldTarget& t, const FieldValue& v) { of(t).webhook.url = as_text(v); }, url_pattern, url_shape));
  table.push_back(text_field(
      "monitoring.webhook", "token_file", "A file with the token that is sent along as 'Authorization: Bearer'.",
      [](FieldTarget& t, const FieldValue& v) { of(t).webhook.token_file = as_text(v); }, path_pattern, path_shape));
}

void add_email(std::vector<Field>& table) {
  table.push_back(text_field(
      "monitoring.email", "to", "Who is written to.",
      [](FieldTarget& t, const FieldValue& v) { of(t).email.to = as_text(v); }, address_pattern, address_shape));
  table.push_back(text_field(
      "monitoring.email", "from", "Who writes.",
      [](FieldTarget& t, const FieldValue& v) { of(t).email.from = as_text(v); }, address_pattern, address_shape));
  table.push_back(text_field(
      "monitoring.email", "smarthost", "The mail server, which has to offer TLS.",
      [](FieldTarget& t, const FieldValue& v) { of(t).email.smarthost = as_text(v); }, "^[A-Za-z0-9.-]+:[0-9]{1,5}$",
      "HOST:PORT, such as smtp.example.com:587"));
  table.push_back(text_field(
      "monitoring.email", "username", "Who signs in there.",
      [](FieldTarget& t, const FieldValue& v) { of(t).email.username = as_text(v); }, "^[!-~]+$",
      "a name without spaces"));
  table.push_back(text_field(
      "monitoring.email", "password_file", "A file with the password.",
      [](FieldTarget& t, const FieldValue& v) { of(t).email.password_file = as_text(v); }, path_pattern, path_shape));
}

void add_services(std::vector<Field>& table) {
  table.push_back(text_field(
      "monitoring.slack", "url_file", "A file with the URL of an incoming webhook of Slack.",
      [](FieldTarget& t, const FieldValue& v) { of(t).slack.url_file = as_text(v); }, path_pattern, path_shape));
  table.push_back(text_field(
      "monitoring.slack", "channel", "The channel; left out, the webhook's own.",
      [](FieldTarget& t, const FieldValue& v) { of(t).slack.channel = as_text(v); }, "^[#@]?[^\\s#@]+$",
      "the name of a channel, such as '#on-call'"));
  table.push_back(text_field(
      "monitoring.pagerduty", "routing_key_file", "A file with the integration key of a PagerDuty service.",
      [](FieldTarget& t, const FieldValue& v) { of(t).pagerduty.routing_key_file = as_text(v); }, path_pattern,
      path_shape));
}

}  // namespace

void add_notification_fields(std::vector<Field>& table) {
  add_webhook(table);
  add_email(table);
  add_services(table);
}

}  // namespace lifeboat::model
