#include "model/field_values.h"
#include "model/fields_parts.h"

namespace lifeboat::model {
namespace {

constexpr std::string_view path_pattern = "^[!-~]([ -~]*[!-~])?$";

/// What a thing is called in each region.
Field by_region(std::string_view section, std::string_view key, std::string_view description,
                void (*set)(FieldTarget&, const FieldValue&)) {
  return {.section = section,
          .key = key,
          .type = FieldType::region_map,
          .description = description,
          .default_json = "{}",
          .set = set};
}

NamesByRegion as_names(const FieldValue& value) {
  return std::get<NamesByRegion>(value);
}

void add_built(std::vector<Field>& table) {
  table.push_back({.section = "aws",
                   .key = "account",
                   .type = FieldType::text,
                   .description = "The account to work in: credentials of another one are refused.",
                   .default_json = "",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.aws.account = as_text(v); },
                   .pattern = "^[0-9]{12}$",
                   .shape = "twelve digits, in quotes"});
  table.push_back(
      {.section = "aws",
       .key = "image_parameter",
       .type = FieldType::text,
       .description = "The SSM parameter that names the image of the web instances in each region.",
       .default_json = R"("/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id")",
       .set = [](FieldTarget& t, const FieldValue& v) { t.stack.aws.image_parameter = as_text(v); },
       .pattern = "^/[A-Za-z0-9._/-]+$",
       .shape = "the name of a parameter, beginning with '/'"});
  table.push_back({.section = "aws",
                   .key = "program",
                   .type = FieldType::text,
                   .description = "A .tar.gz with the application, relative to this file; each web instance unpacks it "
                                  "and runs web.command there. Left out with web.command left out: lifeboat-events.",
                   .default_json = "",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.aws.program = as_text(v); },
                   .pattern = path_pattern,
                   .shape = "the path of a file, in plain characters"});
  table.push_back({.section = "aws",
                   .key = "hosted_zone",
                   .type = FieldType::text,
                   .description = "The id of the Route 53 zone of dns.domain, if there is one; else Lifeboat makes it.",
                   .default_json = "",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.aws.hosted_zone = as_text(v); },
                   .pattern = "^Z[A-Z0-9]{4,31}$",
                   .shape = "an id such as Z0123456789ABCDEFGHIJ"});
  table.push_back(by_region(
      "aws", "certificate",
      "The ARN of each region's certificate for the front door's name. Left out, the load balancers speak plain HTTP.",
      [](FieldTarget& t, const FieldValue& v) { t.stack.aws.certificate = as_names(v); }));
}

void add_existing(std::vector<Field>& table) {
  constexpr std::string_view section = "aws.existing";
  table.push_back(by_region(section, "instances", "The web instances, by a tag: 'tag:Name=shop-web'.",
                            [](FieldTarget& t, const FieldValue& v) { t.stack.aws.existing.instances = as_names(v); }));
  table.push_back(
      by_region(section, "load_balancer", "The Application Load Balancer: name or ARN.",
                [](FieldTarget& t, const FieldValue& v) { t.stack.aws.existing.load_balancer = as_names(v); }));
  table.push_back(by_region(section, "database", "The RDS instance, or the Aurora cluster: identifier or ARN.",
                            [](FieldTarget& t, const FieldValue& v) { t.stack.aws.existing.database = as_names(v); }));
  table.push_back(by_region(
      section, "database_security_group", "The database's security group: id, or 'tag:Name=…'.",
      [](FieldTarget& t, const FieldValue& v) { t.stack.aws.existing.database_security_group = as_names(v); }));
  table.push_back(by_region(section, "cluster", "The EKS cluster, if there is one: name or ARN.",
                            [](FieldTarget& t, const FieldValue& v) { t.stack.aws.existing.cluster = as_names(v); }));
  table.push_back(
      by_region(section, "health_check", "The Route 53 health check of each region's failover record: its id.",
                [](FieldTarget& t, const FieldValue& v) { t.stack.aws.existing.health_check = as_names(v); }));
  table.push_back({.section = section,
                   .key = "sql_command",
                   .type = FieldType::text,
                   .description = "What runs SQL from its standard input on a web instance, as a role that may "
                                  "terminate sessions: 'psql service=shop'. SSM runs it.",
                   .default_json = "",
                   .set = [](FieldTarget& t, const FieldValue& v) { t.stack.aws.existing.sql_command = as_text(v); },
                   .pattern = path_pattern,
                   .shape = "a command line, in plain characters"});
}

}  // namespace

void add_aws_fields(std::vector<Field>& table) {
  add_built(table);
  add_existing(table);
}

}  // namespace lifeboat::model
