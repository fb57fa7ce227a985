#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// As many as EC2 gives at once.
constexpr int largest_page = 1000;

SeenInstance read_instance(const Json& json) {
  const auto& tags = list_at(json, "Tags");
  return {.id = text_at(json, "InstanceId"),
          .asset = tag_at(tags, asset_tag),
          .zone = text_at(part_at(json, "Placement"), "AvailabilityZone"),
          .state = text_at(part_at(json, "State"), "Name"),
          .type = text_at(json, "InstanceType"),
          .address = text_at(json, "PrivateIpAddress"),
          .has_public_address = !text_at(json, "PublicIpAddress").empty(),
          .target_state = {},
          .target_reason = {}};
}

/// EC2 shows an instance for an hour after its end; its successor has the same asset's name.
bool is_gone(const SeenInstance& instance) {
  return instance.state == "terminated" || instance.state == "shutting-down";
}

void number_by_id(std::vector<SeenInstance>& instances) {
  std::ranges::sort(instances, {}, &SeenInstance::id);
  for (std::size_t index = 0; index < instances.size(); ++index) {
    instances[index].asset = fmt::format("web-{}", index + 1);
  }
}

std::string ports_of(const Json& permission) {
  const auto protocol = text_at(permission, "IpProtocol");
  if (protocol == "-1") return "everything";
  const auto first = number_at(permission, "FromPort");
  const auto last = number_at(permission, "ToPort");
  return first == last ? fmt::format("{} {}", protocol, first) : fmt::format("{} {}-{}", protocol, first, last);
}

struct Sources {
  const char* list;
  const char* member;
};
constexpr std::array sources{Sources{"UserIdGroupPairs", "GroupId"}, Sources{"IpRanges", "CidrIp"},
                             Sources{"Ipv6Ranges", "CidrIpv6"}, Sources{"PrefixListIds", "PrefixListId"}};

SeenSecurityGroup read_security_group(const Json& json) {
  SeenSecurityGroup group{.id = text_at(json, "GroupId"), .ingress = {}};
  for (const auto& permission : list_at(json, "IpPermissions")) {
    std::ranges::move(rules_of(permission), std::back_inserter(group.ingress));
  }
  std::ranges::sort(group.ingress);
  return group;
}

}  // namespace

bool is_before(const std::string& left, const std::string& right) {
  const auto split = [](std::string_view text) {
    const auto digits = text.find_last_not_of("0123456789") + 1;
    return std::tuple(text.substr(0, digits), text.size() - digits, text.substr(digits));
  };
  return split(left) < split(right);
}

Json filters_of(const std::vector<Names::Filter>& filters) {
  Json list = Json::array();
  for (const auto& filter : filters) list.push_back({{"Name", filter.name}, {"Values", Json::array({filter.value})}});
  return list;
}

std::vector<std::string> rules_of(const Json& permission) {
  std::vector<std::string> rules;
  const auto ports = ports_of(permission);
  for (const auto& [list, member] : sources) {
    for (const auto& source : list_at(permission, list)) {
      rules.push_back(fmt::format("{} from {}", ports, text_at(source, member)));
    }
  }
  return rules;
}

base::Result<Json> ask_instances(const Questions& questions, const Names::Filter& filter) {
  Json asked{{"Filters", filters_of({filter})}};
  // EC2 takes no size of pages together with ids.
  if (filter.name != "instance-id") asked["MaxResults"] = largest_page;
  return questions.ask("ec2", "DescribeInstances", asked);
}

base::Result<std::vector<SeenInstance>> look_at_instances(const Questions& questions, const Names::Filter& filter,
                                                          bool is_adopted) {
  const auto answer = ask_instances(questions, filter);
  if (!answer) return std::unexpected(answer.error());
  std::vector<SeenInstance> instances;
  for (const auto& reservation : list_at(*answer, "Reservations")) {
    for (const auto& instance : list_at(reservation, "Instances")) instances.push_back(read_instance(instance));
  }
  std::erase_if(instances, is_gone);
  if (is_adopted) {
    number_by_id(instances);
  } else {
    std::ranges::sort(instances, is_before, &SeenInstance::asset);
  }
  return instances;
}

base::Result<std::string> look_at_network(const Questions& questions, const std::string& stack_name) {
  const auto answer = questions.ask("ec2", "DescribeVpcs",
                                    {{"Filters", filters_of({{fmt::format("tag:{}", stack_tag), stack_name},
                                                             {fmt::format("tag:{}", asset_tag), "vpc"}})}});
  if (!answer) return std::unexpected(answer.error());
  const auto& networks = list_at(*answer, "Vpcs");
  return networks.empty() ? std::string() : text_at(networks.front(), "VpcId");
}

base::Result<std::vector<SeenSecurityGroup>> look_at_security_groups(const Questions& questions,
                                                                     const Names::Filter& filter) {
  const auto answer = questions.ask("ec2", "DescribeSecurityGroups", {{"Filters", filters_of({filter})}});
  if (!answer) return std::unexpected(answer.error());
  std::vector<SeenSecurityGroup> groups;
  for (const auto& group : list_at(*answer, "SecurityGroups")) groups.push_back(read_security_group(group));
  std::ranges::sort(groups, {}, &SeenSecurityGroup::id);
  return groups;
}

}  // namespace lifeboat::aws_world
