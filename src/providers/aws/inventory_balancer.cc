#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// Where an action sends requests; empty when it answers by itself. Of a weighted choice: the heaviest.
std::string forwarded_to(const Json& actions) {
  for (const auto& action : actions) {
    if (text_at(action, "Type") != "forward") continue;
    if (const auto plain = text_at(action, "TargetGroupArn"); !plain.empty()) return plain;
    std::string heaviest;
    std::int64_t most = 0;
    for (const auto& group : list_at(part_at(action, "ForwardConfig"), "TargetGroups")) {
      const auto weight = number_at(group, "Weight");
      if (!heaviest.empty() && weight <= most) continue;
      heaviest = text_at(group, "TargetGroupArn");
      most = weight;
    }
    return heaviest;
  }
  return {};
}

std::string forwards(const Json& listener) {
  return forwarded_to(list_at(listener, "DefaultActions"));
}

/// The listener that clients of the front door come to.
const Json* choose_listener(const Json& listeners, std::uint16_t port) {
  const auto at_port = std::ranges::find_if(listeners, [&](const Json& one) { return number_at(one, "Port") == port; });
  if (at_port != listeners.end()) return &*at_port;
  const auto forwarding = std::ranges::find_if(listeners, [](const Json& one) { return !forwards(one).empty(); });
  if (forwarding != listeners.end()) return &*forwarding;
  return listeners.empty() ? nullptr : &listeners.front();
}

/// A closed listener may have let go of its target group.
base::Result<std::string> find_forsaken(const Questions& questions, const std::string& network,
                                        const std::string& name) {
  const auto answer = questions.ask("elbv2", "DescribeTargetGroups", Json::object());
  if (!answer) return std::unexpected(answer.error());
  std::vector<const Json*> forsaken;
  for (const auto& group : list_at(*answer, "TargetGroups")) {
    if (text_at(group, "VpcId") == network && list_at(group, "LoadBalancerArns").empty()) forsaken.push_back(&group);
  }
  if (forsaken.size() == 1) return text_at(*forsaken.front(), "TargetGroupArn");
  for (const auto* group : forsaken) {
    if (text_at(*group, "TargetGroupName") == name) return text_at(*group, "TargetGroupArn");
  }
  return std::string();
}

base::Result<std::map<std::string, TargetHealth>> look_at_targets(const Questions& questions,
                                                                  const std::string& group) {
  const auto answer = questions.ask("elbv2", "DescribeTargetHealth", {{"TargetGroupArn", group}});
  if (!answer) return std::unexpected(answer.error());
  std::map<std::string, TargetHealth> targets;
  for (const auto& one : list_at(*answer, "TargetHealthDescriptions")) {
    const auto& health = part_at(one, "TargetHealth");
    auto& target = targets[text_at(part_at(one, "Target"), "Id")];
    // One that serves at any of its ports serves.
    if (target.state == "healthy") continue;
    const auto description = text_at(health, "Description");
    target = {text_at(health, "State"), description.empty() ? text_at(health, "Reason") : description};
  }
  return targets;
}

SeenLoadBalancer read_load_balancer(const Json& json) {
  SeenLoadBalancer seen;
  seen.exists = true;
  seen.arn = text_at(json, "LoadBalancerArn");
  seen.dns_name = text_at(json, "DNSName");
  seen.network_id = text_at(json, "VpcId");
  seen.state = text_at(part_at(json, "State"), "Code");
  seen.detail = text_at(part_at(json, "State"), "Reason");
  return seen;
}

/// The listener and the target group.
base::Status look_behind(const Questions& questions, const std::string& name, std::uint16_t port,
                         SeenLoadBalancer& seen) {
  const Json of_balancer{{"LoadBalancerArn", seen.arn}};
  auto asked = at_once([&] { return questions.ask("elbv2", "DescribeTargetGroups", of_balancer); });
  const auto listeners = questions.ask("elbv2", "DescribeListeners", of_balancer);
  const auto groups = asked.get();
  if (!listeners) return std::unexpected(listeners.error());
  if (!groups) return std::unexpected(groups.error());
  if (const auto* listener = choose_listener(list_at(*listeners, "Listeners"), port); listener != nullptr) {
    seen.listener_arn = text_at(*listener, "ListenerArn");
    seen.target_group_arn = forwards(*listener);
    seen.serves = !seen.target_group_arn.empty();
  }
  const auto& attached = list_at(*groups, "TargetGroups");
  if (seen.target_group_arn.empty() && !attached.empty()) {
    seen.target_group_arn = text_at(attached.front(), "TargetGroupArn");
  }
  if (!seen.target_group_arn.empty()) return {};
  auto forsaken = find_forsaken(questions, seen.network_id, name);
  if (!forsaken) return std::unexpected(forsaken.error());
  seen.target_group_arn = *std::move(forsaken);
  return {};
}

}  // namespace

base::Result<SeenDoor> look_at_load_balancer(const Questions& questions, const std::string& name, std::uint16_t port) {
  const auto answer = questions.ask("elbv2", "DescribeLoadBalancers", {{"Names", Json::array({name})}});
  if (!answer) return std::unexpected(answer.error());
  SeenDoor door;
  const auto& balancers = list_at(*answer, "LoadBalancers");
  if (balancers.empty()) return door;
  door.load_balancer = read_load_balancer(balancers.front());
  if (const auto found = look_behind(questions, name, port, door.load_balancer); !found) {
    return std::unexpected(found.error());
  }
  if (door.load_balancer.target_group_arn.empty()) return door;
  auto targets = look_at_targets(questions, door.load_balancer.target_group_arn);
  if (!targets) return std::unexpected(targets.error());
  door.targets = *std::move(targets);
  return door;
}

}  // namespace lifeboat::aws_world
