#include "providers/aws/names.h"

#include <fmt/format.h>

#include <utility>

namespace lifeboat::aws_world {
namespace {

/// What follows the last '/' or ':' of an ARN; a plain name as it is. A load balancer's ARN ends with
/// "loadbalancer/app/NAME/ID".
std::string name_in(const std::string& text) {
  if (!text.starts_with("arn:")) return text;
  constexpr std::string_view balancer = ":loadbalancer/app/";
  if (const auto at = text.find(balancer); at != std::string::npos) {
    const auto begin = at + balancer.size();
    return text.substr(begin, text.find('/', begin) - begin);
  }
  return text.substr(text.find_last_of("/:") + 1);
}

/// The adopted name in this region; empty when nothing was adopted.
std::string adopted(const model::NamesByRegion& names, const base::RegionName& region) {
  const auto found = names.find(region.value);
  return found == names.end() ? "" : found->second;
}

Names::Filter filter_of(const std::string& text, std::string_view id_filter) {
  if (!text.starts_with("tag:")) return {std::string(id_filter), text};
  const auto equals = text.find('=');
  return {text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace

Names::Names(const model::Stack& stack, std::string account) : stack_(stack), account_(std::move(account)) {}

std::string Names::cloudformation_stack(Concern concern) const {
  return fmt::format("lifeboat-{}-{}", stack_.name, to_string(concern));
}

std::string Names::bucket(const base::RegionName& region) const {
  return fmt::format("dr-{}-{}-{}", stack_.name, account_, region.value);
}

std::string Names::database(const base::RegionName& region) const {
  const auto existing = adopted(stack_.aws.existing.database, region);
  return existing.empty() ? stack_.name + "-db" : name_in(existing);
}

std::string Names::database_arn(const base::RegionName& region) const {
  const auto* kind = stack_.database.service == model::DatabaseService::rds ? "db" : "cluster";
  return fmt::format("arn:aws:rds:{}:{}:{}:{}", region.value, account_, kind, database(region));
}

std::string Names::global_cluster() const {
  return stack_.name + "-global";
}

std::string Names::drill_clone(const base::RegionName& region) const {
  return database(region) + "-drill";
}

std::string Names::load_balancer(const base::RegionName& region) const {
  const auto existing = adopted(stack_.aws.existing.load_balancer, region);
  return existing.empty() ? stack_.name : name_in(existing);
}

std::string Names::database_secret() const {
  return fmt::format("lifeboat/{}/database", stack_.name);
}

std::string Names::cluster(const base::RegionName& region) const {
  if (stack_.aws.existing.is_adopted()) return name_in(adopted(stack_.aws.existing.cluster, region));
  return stack_.monitoring.enabled ? stack_.name : "";
}

Names::Filter Names::instances(const base::RegionName& region) const {
  const auto existing = adopted(stack_.aws.existing.instances, region);
  if (!existing.empty()) return filter_of(existing, "instance-id");
  return {"tag:lifeboat:web", stack_.name};
}

Names::Filter Names::database_security_group(const base::RegionName& region) const {
  const auto existing = adopted(stack_.aws.existing.database_security_group, region);
  if (!existing.empty()) return filter_of(existing, "group-id");
  return {"tag:lifeboat:database-of", stack_.name};
}

std::string_view to_string(Concern concern) {
  switch (concern) {
    case Concern::network:
      return "network";
    case Concern::peering:
      return "peering";
    case Concern::peer_route:
      return "peer-route";
    case Concern::database:
      return "database";
    case Concern::web:
      return "web";
    case Concern::monitoring:
      return "monitoring";
    case Concern::dns:
      return "dns";
  }
  std::unreachable();
}

}  // namespace lifeboat::aws_world
