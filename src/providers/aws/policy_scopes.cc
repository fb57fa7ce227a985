#include "providers/aws/policy_scopes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "aws/json.h"
#include "base/assert.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

enum class When { always, made, adopted, rds, own_rds, adopted_rds, aurora, own_aurora, adopted_aurora };
enum class If {
  none,
  tagged,
  database_of,
  granted,
  granted_ours,
  front_door,
  drill_name,
  known_policies,
  passed_to,
  linked_services
};

/// ARNs behind "arn:aws:", with a space between. {region} stands for both; what else is in braces is `value_of`'s, and
/// a pattern with an empty value is left out.
struct ScopeRow {
  std::string_view name;
  When when;
  std::string_view patterns;
  If condition = If::none;
};

constexpr std::array scope_rows{
    // An adopted stack's file does not name these; a fence closes the groups of the database and the routes of the
    // instances' networks, whichever they are, and a replica is made as the one before it was.
    ScopeRow{"adopted-cluster-parameter-groups", When::adopted, "rds:{region}:{account}:cluster-pg:*"},
    ScopeRow{"adopted-database", When::adopted,
             "rds:{region}:{account}:db:{database} rds:{region}:{account}:db:{database}-before-epoch-*"},
    ScopeRow{"adopted-granted-keys", When::adopted, "kms:{region}:{account}:key/*", If::granted},
    ScopeRow{"adopted-keys", When::adopted, "kms:{region}:{account}:key/*"},
    ScopeRow{"adopted-option-groups", When::adopted, "rds:{region}:{account}:og:*"},
    ScopeRow{"adopted-parameter-groups", When::adopted, "rds:{region}:{account}:pg:*"},
    ScopeRow{"adopted-route-tables", When::adopted, "ec2:{region}:{account}:route-table/*"},
    ScopeRow{"adopted-security-groups", When::adopted, "ec2:{region}:{account}:security-group/*"},
    ScopeRow{"adopted-subnet-groups", When::adopted, "rds:{region}:{account}:subgrp:*"},
    ScopeRow{"addon", When::made, "eks:{region}:{account}:addon/{cluster}/*"},
    ScopeRow{"alarms", When::made, "cloudwatch:{region}:{account}:alarm:lifeboat-{stack}-*"},
    ScopeRow{"associations", When::made, "ssm:{region}:{account}:association/*"},
    ScopeRow{"backups", When::made, "rds:{region}:{account}:auto-backup:*"},
    ScopeRow{"bucket", When::always, "s3:::{bucket}"},
    ScopeRow{"cluster", When::aurora, "rds:{region}:{account}:cluster:{database}"},
    ScopeRow{"cluster-backups", When::own_aurora, "rds:{region}:{account}:cluster-auto-backup:*"},
    ScopeRow{"cluster-parameter-groups", When::own_aurora, "rds:{region}:{account}:cluster-pg:lifeboat-{stack}-*"},
    ScopeRow{"cluster-snapshots", When::own_aurora,
             "rds:{region}:{account}:cluster-snapshot:{database}-* "
             "rds:{region}:{account}:cluster-snapshot:lifeboat-{stack}-*"},
    ScopeRow{"database", When::always, "rds:{region}:{account}:db:{database} rds:{region}:{account}:db:{members}"},
    ScopeRow{"database-security-group", When::made, "ec2:{region}:{account}:security-group/*", If::database_of},
    ScopeRow{"database-stack", When::made, "cloudformation:{region}:{account}:stack/lifeboat-{stack}-database/*"},
    ScopeRow{"default-groups", When::made, "rds:{region}:{account}:og:default*"},
    ScopeRow{"default-member-groups", When::own_aurora, "rds:{region}:{account}:pg:default*"},
    ScopeRow{"drill-adopted-cluster-groups", When::adopted_aurora,
             "rds:{region}:{account}:cluster-pg:* rds:{region}:{account}:og:* rds:{region}:{account}:subgrp:*"},
    ScopeRow{"drill-adopted-groups", When::adopted_rds,
             "rds:{region}:{account}:og:* rds:{region}:{account}:pg:* rds:{region}:{account}:subgrp:*"},
    ScopeRow{"drill-cluster", When::aurora, "rds:{region}:{account}:cluster:{database}-drill"},
    ScopeRow{"drill-cluster-groups", When::own_aurora,
             "rds:{region}:{account}:cluster-pg:lifeboat-{stack}-* rds:{region}:{account}:og:default* "
             "rds:{region}:{account}:subgrp:{database}"},
    ScopeRow{"drill-database", When::rds, "rds:{region}:{account}:db:{database}-drill"},
    ScopeRow{"drill-groups", When::own_rds,
             "rds:{region}:{account}:og:default* rds:{region}:{account}:pg:lifeboat-{stack}-* "
             "rds:{region}:{account}:subgrp:{database}"},
    ScopeRow{"drill-member", When::aurora, "rds:{region}:{account}:db:{database}-drill-1"},
    ScopeRow{"drill-member-groups", When::aurora,
             "rds:{region}:{account}:og:default* rds:{region}:{account}:pg:default*"},
    ScopeRow{"drill-name", When::always, "route53:::hostedzone/{zone}", If::drill_name},
    ScopeRow{"drill-record-change", When::always, "route53:::change/*"},
    ScopeRow{"drill-snapshot", When::rds, "rds:{region}:{account}:snapshot:{database}-drill"},
    ScopeRow{"drilled-database", When::rds, "rds:{region}:{account}:db:{database}"},
    ScopeRow{"front-door", When::made, "route53:::hostedzone/{zone}", If::front_door},
    ScopeRow{"global-cluster", When::aurora, "rds::{account}:global-cluster:{global}"},
    ScopeRow{"granted-keys", When::made, "kms:{region}:{account}:key/*", If::granted_ours},
    ScopeRow{"health-check", When::always, "route53:::healthcheck/{health-check}"},
    ScopeRow{"hosted-zone", When::always, "route53:::hostedzone/{zone}"},
    ScopeRow{"image", When::made, "ec2:{region}::image/*"},
    // A parameter of /aws/service belongs to no account.
    ScopeRow{"image-parameter", When::made,
             "ssm:{region}::parameter{public-image} ssm:{region}:{account}:parameter{own-image}"},
    ScopeRow{"instance-profiles", When::made, "iam::{account}:instance-profile/lifeboat-{stack}-*"},
    // What has just been made carries no tag yet.
    ScopeRow{"keys", When::made, "kms:{region}:{account}:key/*"},
    ScopeRow{"kubernetes", When::always, "eks:{region}:{account}:cluster/{cluster}"},
    ScopeRow{"listener", When::always, "elasticloadbalancing:{region}:{account}:listener/app/{balancer}/*"},
    ScopeRow{"listener-rule", When::made, "elasticloadbalancing:{region}:{account}:listener-rule/app/{balancer}/*"},
    ScopeRow{"load-balancer", When::made, "elasticloadbalancing:{region}:{account}:loadbalancer/app/{balancer}/*"},
    ScopeRow{"node-group", When::always, "eks:{region}:{account}:nodegroup/{cluster}/*"},
    ScopeRow{"objects", When::always, "s3:::{bucket}/*"},
    ScopeRow{"own-database", When::made, "rds:{region}:{account}:db:{database} rds:{region}:{account}:db:{members}"},
    ScopeRow{"parameter-groups", When::made, "rds:{region}:{account}:pg:lifeboat-{stack}-*"},
    ScopeRow{"passed-roles", When::made, "iam::{account}:role/lifeboat-{stack}-*", If::passed_to},
    ScopeRow{"record-change", When::made, "route53:::change/*"},
    ScopeRow{"roles", When::made, "iam::{account}:role/lifeboat-{stack}-*"},
    ScopeRow{"roles-with-known-policies", When::made, "iam::{account}:role/lifeboat-{stack}-*", If::known_policies},
    ScopeRow{"route-tables", When::made, "ec2:{region}:{account}:route-table/*", If::tagged},
    // Secrets Manager puts six characters of its own behind a secret's name.
    ScopeRow{"secret", When::made, "secretsmanager:{region}:{account}:secret:{secret}-??????"},
    ScopeRow{"service-linked-roles", When::made, "iam::{account}:role/aws-service-role/*", If::linked_services},
    ScopeRow{"shell-document", When::always, "ssm:{region}::document/AWS-RunShellScript"},
    // Final snapshots are called as we say, or by CloudFormation, which begins with its stack's name.
    ScopeRow{"snapshots", When::made,
             "rds:{region}:{account}:snapshot:{database}-* rds:{region}:{account}:snapshot:lifeboat-{stack}-*"},
    ScopeRow{"stacks", When::made, "cloudformation:{region}:{account}:stack/lifeboat-{stack}-*/*"},
    ScopeRow{"subnet-groups", When::made, "rds:{region}:{account}:subgrp:{database}"},
    ScopeRow{"tagged", When::made, "ec2:{region}:{account}:*/*", If::tagged},
    ScopeRow{"tagged-keys", When::made, "kms:{region}:{account}:key/*", If::tagged},
    ScopeRow{"tagged-target-groups", When::made, "elasticloadbalancing:{region}:{account}:targetgroup/*", If::tagged},
    ScopeRow{"tagging", When::made, "ec2:{region}:{account}:*/*"},
    ScopeRow{"target-groups", When::made, "elasticloadbalancing:{region}:{account}:targetgroup/*"},
};

struct Place {
  const model::Stack& stack;
  const Names& names;
};

bool is_aurora(const Place& place) {
  return place.stack.database.service == model::DatabaseService::aurora_global;
}

std::string partition(const Place& place) {
  const auto& region = place.stack.home.name.value;
  if (region.starts_with("cn-")) return "aws-cn";
  return region.starts_with("us-gov-") ? "aws-us-gov" : "aws";
}

std::string health_check(const Place& place, const base::RegionName& region) {
  const auto& adopted = place.stack.aws.existing.health_check;
  const auto found = adopted.find(region.value);
  return found == adopted.end() ? "*" : found->second;
}

std::string value_of(std::string_view name, const Place& place, const base::RegionName& region) {
  const auto& [stack, names] = place;
  const auto& image = stack.aws.image_parameter;
  const bool is_public = image.starts_with("/aws/service/");
  if (name == "region") return region.value;
  if (name == "account") return names.account();
  if (name == "stack") return stack.name;
  if (name == "bucket") return names.bucket(region);
  if (name == "cluster") return names.cluster(region);
  if (name == "balancer") return names.load_balancer(region);
  if (name == "secret") return names.database_secret();
  if (name == "global") return stack.aws.existing.is_adopted() ? "*" : names.global_cluster();
  if (name == "zone") return stack.aws.hosted_zone.empty() ? "*" : stack.aws.hosted_zone;
  if (name == "health-check") return health_check(place, region);
  if (name == "public-image") return is_public ? image : "";
  if (name == "own-image") return is_public ? "" : image;
  // Of Aurora it names the cluster, whose instances are numbered.
  if (name == "members") return is_aurora(place) ? names.database(region) + "-*" : "";
  LIFEBOAT_ASSERT(name == "database", "scopes have the placeholders that exist");
  return names.database(region);
}

/// Nothing where a placeholder has no value.
std::optional<std::string> filled(std::string_view pattern, const Place& place, const base::RegionName& region) {
  auto arn = "arn:" + partition(place) + ":";
  while (!pattern.empty()) {
    const auto open = std::min(pattern.find('{'), pattern.size());
    arn += pattern.substr(0, open);
    pattern.remove_prefix(open);
    if (pattern.empty()) break;
    const auto close = pattern.find('}');
    const auto value = value_of(pattern.substr(1, close - 1), place, region);
    if (value.empty()) return std::nullopt;
    arn += value;
    pattern.remove_prefix(close + 1);
  }
  return arn;
}

std::vector<std::string> resources_of(std::string_view patterns, const Place& place) {
  std::vector<std::string> arns;
  for (const auto* region : {&place.stack.home.name, &place.stack.standby.name}) {
    for (auto rest = patterns; !rest.empty();) {
      const auto end = std::min(rest.find(' '), rest.size());
      const auto arn = filled(rest.substr(0, end), place, *region);
      if (arn && std::ranges::find(arns, *arn) == arns.end()) arns.push_back(*arn);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return arns;
}

Json equals(const std::string& key, Json value) {
  return {{"StringEquals", {{key, std::move(value)}}}};
}

/// The policies of Amazon that templates give to roles; no other one can be attached.
Json known_policies(const Place& place) {
  Json arns = Json::array();
  for (const auto* name :
       {"AmazonEC2ContainerRegistryReadOnly", "AmazonEKSClusterPolicy", "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy", "AmazonSSMManagedInstanceCore", "service-role/AmazonEBSCSIDriverPolicy"}) {
    arns.push_back(fmt::format("arn:{}:iam::aws:policy/{}", partition(place), name));
  }
  return {{"ArnEquals", {{"iam:PolicyARN", arns}}}};
}

/// Route 53 compares names in lower case and without a dot at the end.
Json record_called(const std::string& name) {
  const std::string record = "route53:ChangeResourceRecordSets";
  return {
      {"ForAllValues:StringEquals",
       {{record + "NormalizedRecordNames", Json::array({name})}, {record + "RecordTypes", Json::array({"CNAME"})}}}};
}

Json condition_of(If condition, const Place& place) {
  const auto tag = fmt::format("aws:ResourceTag/{}", stack_tag);
  switch (condition) {
    case If::none:
      return {};
    case If::tagged:
      return equals(tag, place.stack.name);
    case If::database_of:
      return equals("aws:ResourceTag/lifeboat:database-of", place.stack.name);
    case If::granted:
      return {{"Bool", {{"kms:GrantIsForAWSResource", "true"}}}};
    case If::granted_ours:
      return {{"StringEquals", {{tag, place.stack.name}}}, {"Bool", {{"kms:GrantIsForAWSResource", "true"}}}};
    case If::front_door:
      return record_called(place.stack.dns.host());
    case If::drill_name:
      return record_called(place.stack.dns.shadow().host());
    case If::known_policies:
      return known_policies(place);
    case If::passed_to:
      return equals("iam:PassedToService", Json::array({"ec2.amazonaws.com", "eks.amazonaws.com"}));
    case If::linked_services:
      return equals("iam:AWSServiceName", Json::array({"eks-nodegroup.amazonaws.com", "eks.amazonaws.com",
                                                       "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com"}));
  }
  std::unreachable();
}

bool applies(When when, const Place& place) {
  const bool is_adopted = place.stack.aws.existing.is_adopted();
  switch (when) {
    case When::always:
      return true;
    case When::made:
      return !is_adopted;
    case When::adopted:
      return is_adopted;
    case When::rds:
      return !is_aurora(place);
    case When::own_rds:
      return !is_adopted && !is_aurora(place);
    case When::adopted_rds:
      return is_adopted && !is_aurora(place);
    case When::aurora:
      return is_aurora(place);
    case When::own_aurora:
      return !is_adopted && is_aurora(place);
    case When::adopted_aurora:
      return is_adopted && is_aurora(place);
  }
  std::unreachable();
}

/// The web instances as the program's own filter finds them in each region: by the tag that it names, or one itself.
std::vector<PolicyScope> instances(const Place& place) {
  std::vector<PolicyScope> scopes;
  for (const auto* region : {&place.stack.home.name, &place.stack.standby.name}) {
    const auto filter = place.names.instances(*region);
    const bool by_tag = filter.name.starts_with("tag:");
    const auto pattern = fmt::format("ec2:{{region}}:{{account}}:instance/{}", by_tag ? "*" : filter.value);
    const auto tag = by_tag ? equals("aws:ResourceTag/" + filter.name.substr(4), filter.value) : Json();
    scopes.push_back({{filled(pattern, place, *region).value()}, tag.dump()});
  }
  return scopes;
}

}  // namespace

std::vector<PolicyScope> policy_scopes(std::string_view name, const model::Stack& stack, const Names& names) {
  const Place place{stack, names};
  if (name == "any") return {{{"*"}}};
  if (name == "instances") return instances(place);
  if (name.starts_with("new:")) {  // A type of EC2's resources; what does not exist yet has no tag.
    if (!applies(When::made, place)) return {};
    return {{resources_of(fmt::format("ec2:{{region}}:{{account}}:{}/*", name.substr(4)), place)}};
  }
  const auto row = std::ranges::find(scope_rows, name, &ScopeRow::name);
  LIFEBOAT_ASSERT(row != scope_rows.end(), "the tables name scopes that exist");
  if (!applies(row->when, place)) return {};
  return {{resources_of(row->patterns, place), condition_of(row->condition, place).dump()}};
}

}  // namespace lifeboat::aws_world
