#include "providers/aws/instances.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

namespace lifeboat::aws_world {
namespace {

using aws::Json;

bool is_gone(const std::string& state) {
  return state == "terminated";
}

WebInstance instance_of(const Json& json) {
  WebInstance instance{.id = json.value("InstanceId", ""),
                       .state = json.value("State", Json::object()).value("Name", ""),
                       .image = json.value("ImageId", ""),
                       .security_groups = {}};
  for (const auto& group : json.value("SecurityGroups", Json::array())) {
    instance.security_groups.push_back(group.value("GroupId", ""));
  }
  return instance;
}

std::vector<std::string> in_state(const std::vector<WebInstance>& instances,
                                  std::initializer_list<std::string> states) {
  std::vector<std::string> ids;
  for (const auto& instance : instances) {
    if (std::ranges::find(states, instance.state) != states.end()) ids.push_back(instance.id);
  }
  return ids;
}

/// Of those that were there first; one that came later is somebody else's matter.
std::vector<WebInstance> those_of(std::vector<WebInstance> instances, const std::vector<std::string>& ids) {
  std::erase_if(instances, [&ids](const auto& one) { return std::ranges::find(ids, one.id) == ids.end(); });
  return instances;
}

/// A state to which instances are brought, and how.
struct Goal {
  std::string state;
  std::initializer_list<std::string> from;  ///< In which it is asked for.
  std::string operation;
  int patience = 5;
  bool only_the_first = false;  ///< Those that appear later do not count.
};

base::Result<std::vector<WebInstance>> bring_to(const Work& work, const Names& names, const base::RegionName& region,
                                                const Goal& goal) {
  std::vector<WebInstance> instances;
  std::optional<std::vector<std::string>> first;
  const auto look = [&](std::string& seen) -> base::Result<bool> {
    auto found = find_instances(work, names, region);
    if (!found) return std::unexpected(found.error());
    if (!first) first = ids_of(*found);
    instances = goal.only_the_first ? those_of(std::move(*found), *first) : std::move(*found);
    const auto left = std::ranges::find_if(instances, [&](const auto& one) { return one.state != goal.state; });
    if (left == instances.end()) return true;
    seen = fmt::format("{} is {}", left->id, left->state);
    const auto ids = in_state(instances, goal.from);
    if (ids.empty()) return false;
    const auto answer = work.call("ec2", goal.operation, region, {{"InstanceIds", ids}});
    if (!answer) return std::unexpected(answer.error());
    return false;
  };
  const auto condition = fmt::format("{}: every web instance is {}", region.value, goal.state);
  if (auto reached = work.wait_until(condition, look, goal.patience); !reached) {
    return std::unexpected(reached.error());
  }
  return instances;
}

}  // namespace

std::vector<std::string> ids_of(const std::vector<WebInstance>& instances) {
  std::vector<std::string> ids;
  for (const auto& instance : instances) ids.push_back(instance.id);
  return ids;
}

base::Result<std::vector<WebInstance>> find_instances(const Work& work, const Names& names,
                                                      const base::RegionName& region) {
  const auto filter = names.instances(region);
  const auto found = work.call_all("ec2", "DescribeInstances", region,
                                   {{"Filters", {{{"Name", filter.name}, {"Values", {filter.value}}}}}});
  if (!found) return std::unexpected(found.error());
  std::vector<WebInstance> instances;
  for (const auto& reservation : found->value("Reservations", Json::array())) {
    for (const auto& json : reservation.value("Instances", Json::array())) {
      auto instance = instance_of(json);
      if (!is_gone(instance.state)) instances.push_back(std::move(instance));
    }
  }
  std::ranges::sort(instances, {}, &WebInstance::id);
  return instances;
}

base::Result<std::vector<WebInstance>> stop_instances(const Work& work, const Names& names,
                                                      const base::RegionName& region) {
  constexpr int patience = 2;
  return bring_to(work, names, region, {"stopped", {"running", "pending"}, "StopInstances", patience, true});
}

base::Status start_instances(const Work& work, const Names& names, const base::RegionName& region) {
  const auto started = bring_to(work, names, region, {"running", {"stopped"}, "StartInstances"});
  if (!started) return std::unexpected(started.error());
  return {};
}

}  // namespace lifeboat::aws_world
