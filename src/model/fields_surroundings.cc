#include "model/field_values.h"
#include "model/fields_parts.h"
#include "model/size_catalogue.h"

namespace lifeboat::model {
namespace {

void add_monitoring(std::vector<Field>& table) {
  table.push_back({.section = "monitoring",
                   .key = "enabled",
                   .type = FieldType::boolean,
                   .description = "Whether each region runs its own monitoring.",
                   .default_json = "true",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.enabled = std::get<bool>(v); }});
  table.push_back(
      {.section = "monitoring",
       .key = "nodes",
       .type = FieldType::integer,
       .description =
           "Monitoring nodes in each region, each in a zone of its own, with a Prometheus and an Alertmanager.",
       .default_json = "2",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.nodes = as_number(v); },
       .minimum = 1,
       .maximum = 6});
  table.push_back({.section = "monitoring",
                   .key = "size",
                   .type = FieldType::choice,
                   .description = "The EC2 size of a node of the monitoring cluster.",
                   .default_json = R"("t3.medium")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.size = as_text(v); },
                   .choices = instance_size_names()});
  table.push_back(
      {.section = "monitoring.kubernetes",
       .key = "context",
       .type = FieldType::text,
       .description = "The kubectl context of a region's cluster; {region} stands for the region's name.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.monitoring.kubernetes_context = as_text(v); },
       .pattern = "^[!-~]+$",
       .shape = "the name of a context, as 'kubectl config get-contexts' prints it"});
}

void add_dns(std::vector<Field>& table) {
  table.push_back({.section = "dns",
                   .key = "domain",
                   .type = FieldType::text,
                   .description = "The domain whose record points at the active region.",
                   .default_json = R"("example.test")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.dns.domain = as_text(v); },
                   .pattern = "^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$",
                   .shape = "a domain name such as example.com, in small letters",
                   .max_length = 200});
  table.push_back({.section = "dns",
                   .key = "record",
                   .type = FieldType::text,
                   .description = "The record below the domain: api makes api.example.test.",
                   .default_json = R"("api")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.dns.record = as_text(v); },
                   .pattern = label_pattern,
                   .shape = label_shape,
                   .max_length = 63});
  table.push_back(
      {.section = "dns",
       .key = "ttl",
       .type = FieldType::duration,
       .description = "How long clients may keep the answer, in whole seconds; it is part of every recovery time.",
       .default_json = R"("1s")",
       .set =
           [](FieldTarget& t, const FieldValue& v) {
             t.stack.dns.ttl = std::chrono::duration_cast<std::chrono::seconds>(as_duration(v));
           },
       .minimum = 1'000,
       .maximum = day_ms,
       .pattern = whole_seconds_pattern,
       .shape = whole_seconds_shape});
}

}  // namespace

void add_surroundings_fields(std::vector<Field>& table) {
  add_monitoring(table);
  add_notification_fields(table);
  add_dns(table);
}

}  // namespace lifeboat::model
