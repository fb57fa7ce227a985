#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "providers/aws/facts_parts.h"
#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

std::string own_name(const Json& group) {
  const auto& tags = list_at(group, "Tags");
  for (const auto key : {asset_tag, std::string_view("Name")}) {
    if (auto name = tag_at(tags, key); !name.empty()) return "the group " + name;
  }
  return "the group " + text_at(group, "GroupName");
}

const Json* find_group(const Json& groups, const std::string& id) {
  const auto found = std::ranges::find_if(groups, [&](const Json& group) { return text_at(group, "GroupId") == id; });
  return found == groups.end() ? nullptr : &*found;
}

/// "tcp 5432 from sg-1" → "tcp 5432 from the web tier".
std::string in_words(const std::string& rule, const Json& groups, const Meanings& meanings) {
  const auto begin = rule.rfind(' ') + 1;
  const auto source = rule.substr(begin);
  const auto what = rule.substr(0, begin);
  if (const auto named = meanings.groups.find(source); named != meanings.groups.end()) return what + named->second;
  if (const auto named = meanings.blocks.find(source); named != meanings.blocks.end()) return what + named->second;
  if (source == "0.0.0.0/0" || source == "::/0") return what + "everybody";
  const auto* group = find_group(groups, source);
  return group == nullptr ? rule : what + own_name(*group);
}

std::string rules_in_words(const Json& groups, const std::vector<std::string>& ids, const char* list,
                           const Meanings& meanings) {
  std::set<std::string> texts;
  for (const auto& id : ids) {
    const auto* group = find_group(groups, id);
    if (group == nullptr) continue;
    for (const auto& permission : list_at(*group, list)) {
      for (const auto& rule : rules_of(permission)) texts.insert(in_words(rule, groups, meanings));
    }
  }
  return texts.empty() ? "nothing" : fmt::format("{}", fmt::join(texts, "; "));
}

}  // namespace

base::Result<Json> security_groups_of_network(const Questions& questions, const std::string& network_id) {
  auto answer = questions.ask("ec2", "DescribeSecurityGroups", {{"Filters", filters_of({{"vpc-id", network_id}})}});
  if (!answer) return std::unexpected(answer.error());
  return list_at(*answer, "SecurityGroups");
}

base::Result<std::map<std::string, std::string>> blocks_around(const Questions& questions,
                                                               const std::string& network_id) {
  auto asked = at_once([&] {
    return questions.ask("ec2", "DescribeVpcs", {{"Filters", filters_of({{"vpc-id", network_id}})}});
  });
  const auto peerings = questions.ask("ec2", "DescribeVpcPeeringConnections", Json::object());
  const auto networks = asked.get();
  if (!networks) return std::unexpected(networks.error());
  if (!peerings) return std::unexpected(peerings.error());
  std::map<std::string, std::string> blocks;
  for (const auto& peering : list_at(*peerings, "VpcPeeringConnections")) {
    const auto& accepter = part_at(peering, "AccepterVpcInfo");
    const auto& requester = part_at(peering, "RequesterVpcInfo");
    if (text_at(part_at(peering, "Status"), "Code") != "active") continue;
    if (text_at(accepter, "VpcId") == network_id) blocks[text_at(requester, "CidrBlock")] = "the peer region";
    if (text_at(requester, "VpcId") == network_id) blocks[text_at(accepter, "CidrBlock")] = "the peer region";
  }
  for (const auto& network : list_at(*networks, "Vpcs")) blocks[text_at(network, "CidrBlock")] = "the region itself";
  return blocks;
}

void add_rules(const Json& groups, const std::vector<std::string>& ids, const Meanings& meanings, Facts& facts) {
  facts["admits"] = rules_in_words(groups, ids, "IpPermissions", meanings);
  facts["may reach"] = rules_in_words(groups, ids, "IpPermissionsEgress", meanings);
}

}  // namespace lifeboat::aws_world
