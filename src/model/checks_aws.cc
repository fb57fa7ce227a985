#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "model/checks.h"
#include "model/size_catalogue.h"

namespace lifeboat::model {
namespace {

bool names_a_region(const Checks& checks, const std::string& name) {
  return std::ranges::any_of(checks.regions(),
                             [&](const RegionDraft& draft) { return draft.region.name.value == name; });
}

bool is_tag(std::string_view text) {
  constexpr std::string_view prefix = "tag:";
  const auto equals = text.find('=');
  return text.starts_with(prefix) && equals != text.npos && equals > prefix.size();
}

/// What is named for one region is named for both, and for no other.
void check_both_regions(Checks& checks, const std::string& path, const NamesByRegion& names) {
  if (names.empty()) return;
  for (const auto& [region, name] : names) {
    if (names_a_region(checks, region)) continue;
    checks.error({path + "." + region}, fmt::format("{} is not a region of this stack", region),
                 "name what belongs to the two regions under 'regions:'");
  }
  for (const RegionDraft& draft : checks.regions()) {
    if (names.contains(draft.region.name.value)) continue;
    checks.error({path}, fmt::format("nothing is named for {}", draft.region.name.value), "name both regions' own");
  }
}

void check_existing(Checks& checks) {
  const ExistingStack& existing = checks.stack().aws.existing;
  const std::array needed{std::pair{"instances", &existing.instances},
                          std::pair{"load_balancer", &existing.load_balancer},
                          std::pair{"database", &existing.database},
                          std::pair{"database_security_group", &existing.database_security_group},
                          std::pair{"health_check", &existing.health_check}};
  const bool any = !existing.cluster.empty() || !existing.sql_command.empty() ||
                   std::ranges::any_of(needed, [](const auto& one) { return !one.second->empty(); });
  for (const auto& [key, names] : needed) {
    if (any && names->empty()) {
      checks.error({"aws.existing"}, fmt::format("an existing stack needs '{}' as well", key),
                   "name all of it, or leave 'existing:' out and Lifeboat builds the stack");
    }
    check_both_regions(checks, fmt::format("aws.existing.{}", key), *names);
  }
  check_both_regions(checks, "aws.existing.cluster", existing.cluster);
  for (const auto& [region, tag] : existing.instances) {
    if (is_tag(tag)) continue;
    checks.error({"aws.existing.instances." + region}, fmt::format("'{}' is no tag", tag), "write 'tag:NAME=VALUE'");
  }
  for (const auto& [region, group] : existing.database_security_group) {
    if (is_tag(group) || group.starts_with("sg-")) continue;
    checks.error({"aws.existing.database_security_group." + region},
                 fmt::format("'{}' is neither the id of a security group nor a tag", group),
                 "write 'sg-…', or 'tag:NAME=VALUE'");
  }
  if (any && existing.sql_command.empty()) {
    checks.error({"aws.existing"}, "an existing stack needs 'sql_command' as well",
                 "name what runs SQL on a web instance: 'psql service=shop'");
  }
}

void check_aws_recovery(Checks& checks) {
  const Recovery& recovery = checks.stack().recovery;
  if (recovery.mode == RecoveryMode::automatic) {
    checks.error({"recovery.mode", "world"},
                 "automatic failover needs a witness in the other region, which the aws world does not have",
                 "use 'manual'; 'lifeboat failover --on-loss' waits for a loss and then goes by itself");
  }
  if (!recovery.power_fence) {
    checks.error({"recovery.power_fence", "world"}, "AWS's databases keep no write lease that could run out",
                 "use 'power_fence: true': the old region is fenced through AWS's interfaces");
  }
  constexpr std::chrono::milliseconds fastest{1000};
  if (checks.given("recovery.detection_interval") && recovery.detection_interval < fastest) {
    checks.error({"recovery.detection_interval", "world"}, "AWS limits how often its interfaces may be asked",
                 "use 1s or more; left out, it is 5s");
  }
}

void check_aurora(Checks& checks) {
  const Database& database = checks.stack().database;
  if (database.service != DatabaseService::aurora_global) return;
  if (database.size.starts_with("db.t")) {
    checks.error({"database.size", "database.aws"},
                 fmt::format("an Aurora global database has no instances of class {}", database.size),
                 "use a memory-optimized class, such as db.r6g.large");
  }
  if (database.version.find('.') == std::string::npos) {
    checks.warning(
        {"database.version", "database.aws"},
        fmt::format("'{}' is a family of versions, and an Aurora global database wants the same one in both regions",
                    database.version),
        "add the minor version: 'aws rds describe-db-engine-versions --engine aurora-postgresql' lists them");
  }
}

void check_web_image(Checks& checks) {
  const Stack& stack = checks.stack();
  if (!is_arm(stack.web.size) || stack.aws.image_parameter.find("/amd64/") == std::string::npos) return;
  checks.error({"web.size", "aws.image_parameter"},
               fmt::format("{} has an ARM processor, and the image is made for amd64", stack.web.size),
               "use a size such as t3.micro, or set 'image_parameter:' below 'aws:' to an arm64 one");
}

void check_aws_names(Checks& checks) {
  const Stack& stack = checks.stack();
  if (stack.name.find("--") != std::string::npos) {
    checks.error({"stack", "world"}, "RDS takes no name with two hyphens in a row", "use one hyphen");
  }
}

void check_aws_database(Checks& checks) {
  const Database& database = checks.stack().database;
  if (database.cross_region == CrossRegionReplication::synchronous) {
    checks.error({"database.cross_region", "world"}, "neither RDS nor Aurora replicates synchronously between regions",
                 "use 'asynchronous'");
  }
  if (database.service == DatabaseService::rds && database.nodes > 2) {
    checks.error({"database.nodes", "world"}, "a Multi-AZ instance of RDS has one standby",
                 "use 'nodes: 2', or 'aws: aurora-global'");
  }
}

}  // namespace

void check_aws(Checks& checks) {
  const Stack& stack = checks.stack();
  if (stack.world != World::aws) return;
  check_aws_recovery(checks);
  check_aws_database(checks);
  check_aurora(checks);
  check_aws_names(checks);
  if (!stack.aws.existing.is_adopted()) check_web_image(checks);
  check_existing(checks);
  check_both_regions(checks, "aws.certificate", stack.aws.certificate);
  if (!stack.web.command.empty() && stack.aws.program.empty() && !stack.aws.existing.is_adopted()) {
    checks.error({"web.command", "world"}, "the instances do not have the application",
                 "name a .tar.gz of it: 'program:' below 'aws:'");
  }
}

}  // namespace lifeboat::model
