#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "model/size_catalogue.h"
#include "providers/aws/facts_parts.h"
#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

std::string describe_node_group(const Json& group) {
  const auto& scaling = part_at(group, "scalingConfig");
  std::vector<std::string> types;
  for (const auto& type : list_at(group, "instanceTypes")) types.push_back(type.get<std::string>());
  return fmt::format("{} to {} × {} ({} wanted), {}, {} GiB, version {}", number_at(scaling, "minSize"),
                     number_at(scaling, "maxSize"), fmt::join(types, " or "), number_at(scaling, "desiredSize"),
                     text_at(group, "amiType"), number_at(group, "diskSize"), text_at(group, "version"));
}

/// What the stack file wants in a region, in virtual CPUs; nothing when a size is not in our catalogue.
std::optional<int> wanted_cpus(const model::Stack& stack) {
  const auto* web = model::find_instance_size(stack.web.size);
  if (web == nullptr) return std::nullopt;
  const int for_web = stack.web.count * web->virtual_cpus;
  if (!stack.monitoring.enabled || stack.aws.existing.is_adopted()) return for_web;
  const auto* node = model::find_instance_size(stack.monitoring.size);
  if (node == nullptr) return std::nullopt;
  return for_web + stack.monitoring.nodes * node->virtual_cpus;
}

std::vector<std::string> texts_at_each(const Json& list, const char* name) {
  std::vector<std::string> texts;
  for (const auto& one : list) texts.push_back(text_at(one, name));
  return texts;
}

bool leads_to(const Json& route, const std::string& block) {
  return text_at(route, "DestinationCidrBlock") == block && text_at(route, "State") == "active" &&
         !(text_at(route, "VpcPeeringConnectionId") + text_at(route, "TransitGatewayId")).empty();
}

}  // namespace

PartAnswer cluster_facts(const Questions& questions, const std::string& name) {
  if (name.empty()) return std::nullopt;
  const auto answer = questions.ask("eks", "DescribeCluster", {{"name", name}});
  if (!answer) return std::unexpected(answer.error());
  if (answer->is_null()) return std::nullopt;
  const auto& cluster = part_at(*answer, "cluster");
  const auto& network = part_at(cluster, "resourcesVpcConfig");
  PartFacts part;
  part.facts["version"] = text_at(cluster, "version");
  part.facts["public endpoint"] = yes_or_no(is_true_at(network, "endpointPublicAccess"));
  if (auto group = text_at(network, "clusterSecurityGroupId"); !group.empty()) part.security_groups = {group};
  part.network_id = text_at(network, "vpcId");
  const auto groups = questions.ask("eks", "ListNodegroups", {{"clusterName", name}});
  if (!groups) return std::unexpected(groups.error());
  std::vector<std::string> described;
  for (const auto& group : list_at(*groups, "nodegroups")) {
    const auto seen = questions.ask("eks", "DescribeNodegroup", {{"clusterName", name}, {"nodegroupName", group}});
    if (!seen) return std::unexpected(seen.error());
    described.push_back(describe_node_group(part_at(*seen, "nodegroup")));
  }
  std::ranges::sort(described);
  part.facts["nodes"] = fmt::format("{}", fmt::join(described, "; "));
  return part;
}

PartAnswer network_facts(const Questions& questions, const std::string& stack_name, const std::string& peer_block) {
  const auto network = look_at_network(questions, stack_name);
  if (!network) return std::unexpected(network.error());
  if (network->empty()) return std::nullopt;
  const Json asked{{"Filters", filters_of({{"vpc-id", *network}})}};
  auto subnets = at_once([&] { return questions.ask("ec2", "DescribeSubnets", asked); });
  const auto tables = questions.ask("ec2", "DescribeRouteTables", asked);
  const auto seen = subnets.get();
  if (!seen) return std::unexpected(seen.error());
  if (!tables) return std::unexpected(tables.error());
  PartFacts part;
  part.facts["subnets over zones"] = spread(texts_at_each(list_at(*seen, "Subnets"), "AvailabilityZone"));
  const auto routes = std::ranges::count_if(list_at(*tables, "RouteTables"), [&](const Json& table) {
    return std::ranges::any_of(list_at(table, "Routes"),
                               [&](const Json& route) { return leads_to(route, peer_block); });
  });
  part.facts["route tables with a way to the peer region"] = std::to_string(routes);
  part.network_id = *network;
  return part;
}

PartAnswer quota_facts(const Questions& questions, const model::Stack& stack) {
  // Of on-demand instances of the families that Lifeboat's catalogue of sizes has, in virtual CPUs.
  const auto answer =
      questions.ask("service-quotas", "GetServiceQuota", {{"ServiceCode", "ec2"}, {"QuotaCode", "L-1216C47A"}});
  if (!answer) return std::unexpected(answer.error());
  const auto& quota = part_at(*answer, "Quota");
  const auto wanted = wanted_cpus(stack);
  PartFacts part;
  auto& fact = part.facts["on-demand virtual CPUs"];
  if (!wanted) {
    fact = "not known: the size is not in the catalogue";
  } else if (!quota.contains("Value")) {
    fact = "not known: Service Quotas does not say";
  } else if (const auto value = quota["Value"].get<double>(); value < *wanted) {
    fact = fmt::format("{}, {} are needed", value, *wanted);
  } else {
    fact = fmt::format("enough for the {} that are needed", *wanted);
  }
  return part;
}

}  // namespace lifeboat::aws_world
