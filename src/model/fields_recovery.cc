#include "model/field_values.h"
#include "model/fields_parts.h"

namespace lifeboat::model {
namespace {

void add_objectives(std::vector<Field>& table) {
  table.push_back({.section = "recovery",
                   .key = "mode",
                   .type = FieldType::choice,
                   .description = "Who starts a failover: an operator, or Lifeboat by itself.",
                   .default_json = R"("manual")",
                   .set =
                       [](FieldTarget& t, const FieldValue& v) {
                         t.stack.recovery.mode =
                             as_text(v) == "automatic" ? RecoveryMode::automatic : RecoveryMode::manual;
                       },
                   .choices = {"manual", "automatic"}});
  table.push_back({.section = "recovery",
                   .key = "rto_objective",
                   .type = FieldType::duration,
                   .description = "How long the service may be away when a region is lost.",
                   .default_json = R"("1m")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.recovery.rto_objective = as_duration(v); },
                   .minimum = 1'000,
                   .maximum = day_ms,
                   .pattern = duration_pattern,
                   .shape = duration_shape});
  table.push_back(
      {.section = "recovery",
       .key = "rpo_objective",
       .type = FieldType::duration,
       .description = "How many seconds of writes may be lost; 0s needs synchronous replication between the regions.",
       .default_json = R"("5s")",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.recovery.rpo_objective = as_duration(v); },
       .minimum = 0,
       .maximum = day_ms,
       .pattern = duration_pattern,
       .shape = duration_shape});
}

void add_detection(std::vector<Field>& table) {
  table.push_back(
      {.section = "recovery",
       .key = "detection_interval",
       .type = FieldType::duration,
       .description = "How often a region is probed.",
       .default_json = R"("100ms")",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.recovery.detection_interval = as_duration(v); },
       .minimum = 10,
       .maximum = hour_ms,
       .pattern = duration_pattern,
       .shape = duration_shape});
  table.push_back(
      {.section = "recovery",
       .key = "detection_threshold",
       .type = FieldType::integer,
       .description = "Probes missed in a row before a region counts as lost.",
       .default_json = "3",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.recovery.detection_threshold = as_number(v); },
       .minimum = 1,
       .maximum = 100});
}

void add_leases(std::vector<Field>& table) {
  table.push_back(
      {.section = "recovery",
       .key = "lease",
       .type = FieldType::duration,
       .description = "How long a write lease lasts: a failover that cannot reach the old region waits for its end.",
       .default_json = R"("10s")",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.recovery.lease = as_duration(v); },
       .minimum = 500,
       .maximum = hour_ms,
       .pattern = duration_pattern,
       .shape = duration_shape});
  table.push_back({.section = "recovery",
                   .key = "hold_down",
                   .type = FieldType::duration,
                   .description = "In automatic mode: how long the writer stays where it has just moved.",
                   .default_json = R"("5m")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.recovery.hold_down = as_duration(v); },
                   .minimum = 0,
                   .maximum = day_ms,
                   .pattern = duration_pattern,
                   .shape = duration_shape});
  table.push_back(
      {.section = "recovery",
       .key = "power_fence",
       .type = FieldType::boolean,
       .description = "Whether a failover cuts the lost region's power; without, it waits for its lease.",
       .default_json = "true",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.recovery.power_fence = std::get<bool>(v); }});
}

}  // namespace

void add_recovery_fields(std::vector<Field>& table) {
  add_objectives(table);
  add_detection(table);
  add_leases(table);
}

}  // namespace lifeboat::model
