#include "model/fields.h"

#include "model/field_values.h"
#include "model/fields_parts.h"
#include "model/region_catalogue.h"
#include "model/size_catalogue.h"

namespace lifeboat::model {

namespace {

void add_top(std::vector<Field>& table) {
  table.push_back(
      {.section = "",
       .key = "stack",
       .type = FieldType::text,
       .description = "The stack's name: unique on this machine, and part of every name made for it on AWS.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.name = as_text(v); },
       .required = true,
       .pattern = "^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$",
       .shape = "small letters, digits and '-', at most 32, beginning with a letter",
       .max_length = 32});
  table.push_back({.section = "",
                   .key = "world",
                   .type = FieldType::choice,
                   .description = "Where the stack runs: as real processes on this machine, or on AWS.",
                   .default_json = R"("local")",
                   .set = [](FieldTarget& t,
                             const FieldValue& v) { t.stack.world = as_text(v) == "aws" ? World::aws : World::local; },
                   .choices = {"local", "aws"}});
}

void add_regions(std::vector<Field>& table) {
  table.push_back({.section = "regions",
                   .key = "name",
                   .type = FieldType::choice,
                   .description = "The region's name, as on AWS.",
                   .default_json = "",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.region->region.name.value = as_text(v); },
                   .required = true,
                   .choices = region_names()});
  table.push_back(
      {.section = "regions",
       .key = "role",
       .type = FieldType::choice,
       .description = "home: where the stack normally lives. standby: the other. Left out, the first region is home.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.region->role = as_text(v); },
       .choices = {"home", "standby"}});
  table.push_back(
      {.section = "regions",
       .key = "zones",
       .type = FieldType::zone_list,
       .description =
           "The zones that the region's instances are spread over, two or more. Left out, the region's first two.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) {
         for (const auto& zone : std::get<std::vector<std::string>>(v)) t.region->region.zones.push_back({zone});
       }});
  table.push_back(
      {.section = "regions",
       .key = "address_block",
       .type = FieldType::text,
       .description = "The network's addresses (the VPC's block). Left out, a free block such as 10.10.0.0/16.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.region->region.address_block = as_text(v); },
       .pattern = "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$",
       .shape = "a block such as 10.10.0.0/16",
       .max_length = 18});
}

void add_web(std::vector<Field>& table) {
  table.push_back({.section = "web",
                   .key = "count",
                   .type = FieldType::integer,
                   .description = "Web instances in each region, spread over its zones.",
                   .default_json = "3",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.web.count = as_number(v); },
                   .minimum = 1,
                   .maximum = 50});
  table.push_back({.section = "web",
                   .key = "size",
                   .type = FieldType::choice,
                   .description = "The EC2 size of a web instance.",
                   .default_json = R"("t3.micro")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.web.size = as_text(v); },
                   .choices = instance_size_names()});
  table.push_back({.section = "web",
                   .key = "command",
                   .type = FieldType::text_list,
                   .description =
                       "The application: program and arguments, as a list; {address} and {port} are filled in. It runs "
                       "in the stack file's folder. Left out, the built-in lifeboat-events.",
                   .default_json = "[]",
                   .set = [](FieldTarget& t, const FieldValue& v) {
                     t.stack.web.command = std::get<std::vector<std::string>>(v);
                   }});
  table.push_back({.section = "web",
                   .key = "port",
                   .type = FieldType::integer,
                   .description = "The port that an instance listens on.",
                   .default_json = "8000",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.web.port = as_port(v); },
                   .minimum = 1,
                   .maximum = 65535});
}

void add_web_program(std::vector<Field>& table) {
  table.push_back({.section = "web",
                   .key = "health_path",
                   .type = FieldType::text,
                   .description = "The path that answers 200 when an instance can serve; the load balancer asks it.",
                   .default_json = R"("/readyz")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.web.health_path = as_text(v); },
                   .pattern = "^/[!-~]*$",
                   .shape = "a path that begins with '/'"});
  table.push_back(
      {.section = "web",
       .key = "marker_path",
       .type = FieldType::text,
       .description =
           "The path that stores a marker through the application, to measure replication end to end. Empty: the "
           "application has none, and markers go to the database directly. Left out: /lifeboat/marker for "
           "lifeboat-events, empty for a command of your own.",
       .default_json = "",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.web.marker_path = as_text(v); },
       .pattern = "^(/[!-~]*)?$",
       .shape = "a path that begins with '/', or nothing"});
  table.push_back(
      {.section = "web",
       .key = "environment",
       .type = FieldType::text_map,
       .description =
           "Variables for the application, beside those that Lifeboat sets. No secrets: the file is not one.",
       .default_json = "{}",
       .set = [](FieldTarget& t, const FieldValue& v) {
         t.stack.web.environment = std::get<std::map<std::string, std::string>>(v);
       }});
}

void add_load_balancer(std::vector<Field>& table) {
  table.push_back({.section = "load_balancer",
                   .key = "port",
                   .type = FieldType::integer,
                   .description = "The port of each region's load balancer, where clients connect.",
                   .default_json = "8080",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.load_balancer.port = as_port(v); },
                   .minimum = 1,
                   .maximum = 65535});
}

void add_database(std::vector<Field>& table) {
  table.push_back({.section = "database",
                   .key = "engine",
                   .type = FieldType::choice,
                   .description = "The database engine.",
                   .default_json = R"("postgresql")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.database.engine = as_text(v); },
                   .choices = {"postgresql"}});
  table.push_back(
      {.section = "database",
       .key = "version",
       .type = FieldType::version,
       .description = "The engine's version, 12 to 17; the local world runs the major version that is installed.",
       .default_json = R"("15")",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.database.version = as_text(v); },
       .pattern = "^[0-9]{1,2}(\\.[0-9]{1,2})?$",
       .shape = "a version such as 15 or 15.4",
       .max_length = 16});
  table.push_back({.section = "database",
                   .key = "name",
                   .type = FieldType::text,
                   .description = "The name of the application's database.",
                   .default_json = R"("events")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.database.name = as_text(v); },
                   .pattern = "^[a-z_][a-z0-9_]{0,62}$",
                   .shape = "small letters, digits and '_', at most 63, not beginning with a digit",
                   .max_length = 63});
}

void add_database_nodes(std::vector<Field>& table) {
  table.push_back(
      {.section = "database",
       .key = "nodes",
       .type = FieldType::integer,
       .description = "Database nodes in each region: a writer (or replica) and its standbys, in different zones.",
       .default_json = "2",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.database.nodes = as_number(v); },
       .minimum = 1,
       .maximum = 3});
  table.push_back({.section = "database",
                   .key = "size",
                   .type = FieldType::choice,
                   .description = "The RDS size of a database node.",
                   .default_json = R"("db.t3.small")",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.database.size = as_text(v); },
                   .choices = database_size_names()});
}

void add_replication(std::vector<Field>& table) {
  table.push_back(
      {.section = "database",
       .key = "synchronous_in_region",
       .type = FieldType::boolean,
       .description =
           "Whether a commit waits for a second node of its region (Multi-AZ): losing a node then loses nothing.",
       .default_json = "true",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.database.synchronous_in_region = std::get<bool>(v); }});
  table.push_back({.section = "database",
                   .key = "cross_region",
                   .type = FieldType::choice,
                   .description = "How the standby region follows. synchronous: each write waits for the other region, "
                                  "while that one answers.",
                   .default_json = R"("asynchronous")",
                   .set =
                       [](FieldTarget& t, const FieldValue& v) {
                         const bool synchronous = as_text(v) == "synchronous";
                         t.stack.database.cross_region =
                             synchronous ? CrossRegionReplication::synchronous : CrossRegionReplication::asynchronous;
                       },
                   .choices = {"asynchronous", "synchronous"}});
  table.push_back(
      {.section = "database",
       .key = "backup_retention_days",
       .type = FieldType::integer,
       .description = "Days that backups are kept; 0 turns them off.",
       .default_json = "5",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.database.backup_retention_days = as_number(v); },
       .minimum = 0,
       .maximum = 35});
  table.push_back({.section = "database",
                   .key = "aws",
                   .type = FieldType::choice,
                   .description = "Which service keeps the database in the aws world: RDS with a Multi-AZ instance in "
                                  "each region, or an Aurora global database.",
                   .default_json = R"("rds")",
                   .set =
                       [](FieldTarget& t, const FieldValue& v) {
                         t.stack.database.service =
                             as_text(v) == "rds" ? DatabaseService::rds : DatabaseService::aurora_global;
                       },
                   .choices = {"rds", "aurora-global"}});
}

std::vector<Field> make_fields() {
  std::vector<Field> table;
  add_top(table);
  add_regions(table);
  add_web(table);
  add_web_program(table);
  add_load_balancer(table);
  add_database(table);
  add_database_nodes(table);
  add_replication(table);
  add_surroundings_fields(table);
  add_recovery_fields(table);
  add_aws_fields(table);
  return table;
}

}  // namespace

const std::vector<Field>& fields() {
  static const std::vector<Field> table = make_fields();
  return table;
}

const std::vector<Section>& sections() {
  static const std::vector<Section> table{
      {"web", "The web instances of each region: any program that listens where it is told."},
      {"load_balancer", "Each region's load balancer."},
      {"database", "The database: a writer in the active region, followed inside the region and across."},
      {"monitoring", "Each region's monitoring: Prometheus, Alertmanager and Grafana."},
      {"monitoring.kubernetes",
       "The clusters that 'lifeboat up' applies the monitoring's manifests to. Left out, none."},
      {"monitoring.webhook",
       "Who is told of alerts, each of the next four if given: a program of yours. Secrets are in files of their own, "
       "which only their owner may read; paths are relative to this file."},
      {"monitoring.email", "Or by mail."},
      {"monitoring.slack", "Or in a channel of Slack."},
      {"monitoring.pagerduty", "Or by PagerDuty."},
      {"dns", "The name that points at the active region."},
      {"recovery", "What counts as lost, who decides, and what recovery must achieve."},
      {"aws", "What only 'world: aws' needs; all of it may be left out."},
      {"aws.existing",
       "A stack that Lifeboat did not build: what it consists of, by region. It is verified and moved, and not changed "
       "otherwise. Left out, Lifeboat builds the stack."},
  };
  return table;
}

}  // namespace lifeboat::model
