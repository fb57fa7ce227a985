#include "providers/aws/security_group.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "providers/aws/bucket.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

std::string key_of(const base::RegionName& region) {
  return "fence/ingress-" + region.value + ".json";
}

/// One permission for each source, so that what is written down twice can be told.
std::vector<Json> rules_of(const Json& permissions) {
  std::vector<Json> rules;
  for (const auto& permission : permissions) {
    Json ports{{"IpProtocol", permission.value("IpProtocol", "-1")}};
    for (const auto* port : {"FromPort", "ToPort"}) {
      if (permission.contains(port)) ports[port] = permission[port];
    }
    for (const auto* list : {"UserIdGroupPairs", "IpRanges", "Ipv6Ranges", "PrefixListIds"}) {
      for (const auto& source : permission.value(list, Json::array())) {
        auto rule = ports;
        rule[list] = Json::array({source});
        rules.push_back(std::move(rule));
      }
    }
  }
  return rules;
}

std::string source_of(const Json& rule) {
  static constexpr std::pair<const char*, const char*> sources[] = {{"UserIdGroupPairs", "GroupId"},
                                                                    {"IpRanges", "CidrIp"},
                                                                    {"Ipv6Ranges", "CidrIpv6"},
                                                                    {"PrefixListIds", "PrefixListId"}};
  for (const auto& [list, name] : sources) {
    if (rule.contains(list)) return rule[list].front().value(name, "");
  }
  return "nowhere";
}

std::string sentence_of(const Json& rule) {
  const auto protocol = rule.value("IpProtocol", "-1");
  const auto from = rule.value("FromPort", -1);
  const auto to = rule.value("ToPort", -1);
  const auto ports = from < 0     ? std::string("all ports")
                     : from == to ? std::to_string(from)
                                  : fmt::format("{}-{}", from, to);
  return fmt::format("{} {} from {}", protocol == "-1" ? "all" : protocol, ports, source_of(rule));
}

/// The groups that the filter fits.
base::Result<std::vector<Json>> groups_json(const GroupPorts& ports, const Json& input) {
  const auto found = ports.work.call_all("ec2", "DescribeSecurityGroups", ports.region, input);
  if (!found) return std::unexpected(found.error());
  const auto groups = found->value("SecurityGroups", Json::array());
  return std::vector<Json>(groups.begin(), groups.end());
}

/// All of them, or an error: a group that is not shown may admit anybody.
base::Result<std::vector<Json>> groups_json(const GroupPorts& ports, const std::vector<std::string>& ids) {
  auto groups = groups_json(ports, Json{{"GroupIds", ids}});
  if (!groups || groups->size() == ids.size()) return groups;
  return base::fail(ErrorCode::aws_failed, fmt::format("{}: EC2 shows {} of {} security groups", ports.region.value,
                                                       groups->size(), ids.size()));
}

base::Result<std::string> named_group(const GroupPorts& ports) {
  const auto filter = ports.names.database_security_group(ports.region);
  const auto groups = groups_json(ports, Json{{"Filters", {{{"Name", filter.name}, {"Values", {filter.value}}}}}});
  if (!groups) return std::unexpected(groups.error());
  const auto which =
      fmt::format("{}: the database's security group ({} = {})", ports.region.value, filter.name, filter.value);
  if (groups->empty()) return base::fail(ErrorCode::aws_missing, which + " does not exist");
  if (groups->size() == 1) return groups->front().value("GroupId", "");
  return base::fail(ErrorCode::aws_refused, fmt::format("{} is {} groups, expected one", which, groups->size()),
                    "Name the one group by its id under aws.existing.database_security_group.");
}

SecurityGroup group_of(const Json& group) {
  SecurityGroup found{.id = group.value("GroupId", ""), .rules = {}, .sources = {}};
  for (const auto& rule : rules_of(group.value("IpPermissions", Json::array()))) {
    found.rules.push_back(sentence_of(rule));
    found.sources.push_back(source_of(rule));
  }
  return found;
}

base::Result<std::vector<Json>> remembered_rules(const GroupPorts& ports) {
  const auto text = read_object(ports.work, ports.names, ports.kept_in, key_of(ports.region));
  if (!text) return std::unexpected(text.error());
  const auto kept = *text ? Json::parse(**text, nullptr, false) : Json::array();
  if (kept.is_array()) return std::vector<Json>(kept.begin(), kept.end());
  return base::fail(ErrorCode::record_corrupt,
                    fmt::format("{}: {} in {} is not what Lifeboat wrote", ports.kept_in.value, key_of(ports.region),
                                ports.names.bucket(ports.kept_in)));
}

/// A group whose rules are all gone, or what is revoked next.
base::Result<bool> revoke_once(const GroupPorts& ports, const Json& group, std::string& seen) {
  const auto permissions = group.value("IpPermissions", Json::array());
  if (permissions.empty()) return true;
  const auto known = group_of(group);
  seen = fmt::format("{} still admits {}", known.id, known.sources.empty() ? "somebody" : known.sources.front());
  const auto answer = ports.work.call("ec2", "RevokeSecurityGroupIngress", ports.region,
                                      {{"GroupId", known.id}, {"IpPermissions", permissions}});
  if (!answer) return std::unexpected(answer.error());
  return false;  // Only what is read back counts.
}

}  // namespace

base::Result<std::vector<std::string>> database_groups(const GroupPorts& ports, const DatabaseService& service,
                                                       bool is_adopted) {
  const auto named = named_group(ports);
  if (!named) return std::unexpected(named.error());
  std::vector<std::string> ids{*named};
  if (!is_adopted) return ids;
  const auto look = service.look(ports.work, ports.region);
  if (!look) return std::unexpected(look.error());
  for (const auto& id : look->security_groups) {
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

base::Result<std::vector<SecurityGroup>> look_at_groups(const GroupPorts& ports, const std::vector<std::string>& ids) {
  const auto groups = groups_json(ports, ids);
  if (!groups) return std::unexpected(groups.error());
  std::vector<SecurityGroup> found;
  for (const auto& group : *groups) found.push_back(group_of(group));
  return found;
}

base::Status remember_rules(const GroupPorts& ports, const std::vector<std::string>& ids) {
  const auto groups = groups_json(ports, ids);
  if (!groups) return std::unexpected(groups.error());
  auto kept = remembered_rules(ports);
  if (!kept) return std::unexpected(kept.error());
  const auto before = kept->size();
  for (const auto& group : *groups) {
    for (const auto& rule : rules_of(group.value("IpPermissions", Json::array()))) {
      const Json entry{{"GroupId", group.value("GroupId", "")}, {"Rule", rule}};
      if (std::ranges::find(*kept, entry) == kept->end()) kept->push_back(entry);
    }
  }
  if (kept->size() == before) return {};
  return write_object(ports.work, ports.names, ports.kept_in, key_of(ports.region), Json(*kept).dump(2));
}

base::Result<std::vector<std::string>> remembered_sources(const GroupPorts& ports) {
  const auto kept = remembered_rules(ports);
  if (!kept) return std::unexpected(kept.error());
  std::vector<std::string> sources;
  for (const auto& entry : *kept) sources.push_back(source_of(entry.value("Rule", Json::object())));
  std::ranges::sort(sources);
  sources.erase(std::ranges::unique(sources).begin(), sources.end());
  return sources;
}

base::Status revoke_all_ingress(const GroupPorts& ports, const std::vector<std::string>& ids) {
  constexpr int patience = 2;
  const auto condition = fmt::format("{}: nobody may connect to the database", ports.region.value);
  const auto look = [&](std::string& seen) -> base::Result<bool> {
    const auto groups = groups_json(ports, ids);
    if (!groups) return std::unexpected(groups.error());
    bool all_empty = true;
    for (const auto& group : *groups) {
      const auto is_empty = revoke_once(ports, group, seen);
      if (!is_empty) return std::unexpected(is_empty.error());
      all_empty = all_empty && *is_empty;
    }
    return all_empty;
  };
  return ports.work.wait_until(condition, look, patience);
}

base::Status restore_rules(const GroupPorts& ports) {
  const auto kept = remembered_rules(ports);
  if (!kept) return std::unexpected(kept.error());
  if (kept->empty()) return {};
  for (const auto& entry : *kept) {
    const auto given = ports.work.ask(
        "ec2", "AuthorizeSecurityGroupIngress", ports.region,
        {{"GroupId", entry.value("GroupId", "")}, {"IpPermissions", Json::array({entry.value("Rule", Json())})}});
    if (!given && given.error().code != "InvalidPermission.Duplicate") return std::unexpected(error_of(given.error()));
  }
  return write_object(ports.work, ports.names, ports.kept_in, key_of(ports.region), "[]");
}

}  // namespace lifeboat::aws_world
