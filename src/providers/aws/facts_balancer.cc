#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "providers/aws/facts_parts.h"
#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

std::string describe_action(const Json& action) {
  const auto type = text_at(action, "Type");
  const auto& fixed = part_at(action, "FixedResponseConfig");
  const auto& redirect = part_at(action, "RedirectConfig");
  if (type == "forward") return "forwards to targets";
  if (type == "fixed-response") return fmt::format("answers {} by itself", text_at(fixed, "StatusCode"));
  if (type == "redirect")
    return fmt::format("redirects to {}:{}", text_at(redirect, "Protocol"), text_at(redirect, "Port"));
  return type;
}

std::string describe_actions(const Json& actions) {
  std::vector<std::string> texts;
  for (const auto& action : actions) texts.push_back(describe_action(action));
  return fmt::format("{}", fmt::join(texts, ", then "));
}

std::string describe_listener(const Json& listener) {
  auto text =
      fmt::format("{} {}", text_at(listener, "Protocol"), describe_actions(list_at(listener, "DefaultActions")));
  if (const auto policy = text_at(listener, "SslPolicy"); !policy.empty()) text += ", policy " + policy;
  if (const auto certificates = list_at(listener, "Certificates").size(); certificates > 0)
    text += fmt::format(", {} certificate(s)", certificates);
  return text;
}

std::string describe_rule(const Json& rule) {
  std::vector<std::string> conditions;
  for (const auto& condition : list_at(rule, "Conditions")) {
    const auto& header = part_at(condition, "HttpHeaderConfig");
    const auto values = texts_of(list_at(header.empty() ? condition : header, "Values"));
    const auto name = header.empty() ? "" : " " + text_at(header, "HttpHeaderName");
    conditions.push_back(fmt::format("{}{} {}", text_at(condition, "Field"), name, fmt::join(values, " or ")));
  }
  return fmt::format("{}: {}", fmt::join(conditions, " and "), describe_actions(list_at(rule, "Actions")));
}

void add_target_group(const Json& group, Facts& facts) {
  facts["targets"] =
      fmt::format("{} by {} {}", text_at(group, "TargetType"), text_at(group, "Protocol"), number_at(group, "Port"));
  facts["health check"] =
      fmt::format("{} {}:{} every {} s, within {} s", text_at(group, "HealthCheckProtocol"),
                  text_at(group, "HealthCheckPath"), text_at(group, "HealthCheckPort"),
                  number_at(group, "HealthCheckIntervalSeconds"), number_at(group, "HealthCheckTimeoutSeconds"));
  facts["health check thresholds"] = fmt::format("{} good, {} bad", number_at(group, "HealthyThresholdCount"),
                                                 number_at(group, "UnhealthyThresholdCount"));
  facts["health check codes"] = text_at(part_at(group, "Matcher"), "HttpCode");
}

/// Where logs go is each region's own; whether they go anywhere is not.
void add_attributes(const Json& answer, std::string_view kind, Facts& facts) {
  for (const auto& attribute : list_at(answer, "Attributes")) {
    const auto key = text_at(attribute, "Key");
    const bool is_place = key.ends_with(".bucket") || key.ends_with(".prefix");
    facts[fmt::format("{} {}", kind, key)] = is_place ? "each region's own" : text_at(attribute, "Value");
  }
}

/// A load balancer's facts, question by question.
class Balancer {
 public:
  Balancer(const Questions& questions, const Json& balancer) : questions_(questions), balancer_(balancer) {}

  PartAnswer run() {
    add_balancer();
    const Json asked{{"LoadBalancerArn", text_at(balancer_, "LoadBalancerArn")}};
    auto attributes = at_once([&] { return questions_.ask("elbv2", "DescribeLoadBalancerAttributes", asked); });
    auto groups = at_once([&] { return questions_.ask("elbv2", "DescribeTargetGroups", asked); });
    auto listeners = at_once([&] { return questions_.ask("elbv2", "DescribeListeners", asked); });
    const auto seen_attributes = troubles_.take(attributes.get());
    const auto seen_groups = troubles_.take(groups.get());
    const auto seen_listeners = troubles_.take(listeners.get());
    if (seen_attributes) add_attributes(*seen_attributes, "setting", part_.facts);
    if (seen_groups) add_target_groups(list_at(*seen_groups, "TargetGroups"));
    if (seen_listeners) add_listeners(list_at(*seen_listeners, "Listeners"));
    if (auto error = troubles_.error()) return std::unexpected(*std::move(error));
    return std::move(part_);
  }

 private:
  void add_balancer() {
    part_.facts["scheme"] = text_at(balancer_, "Scheme");
    part_.facts["kind"] = text_at(balancer_, "Type");
    part_.facts["addresses"] = text_at(balancer_, "IpAddressType");
    part_.facts["zones"] = std::to_string(list_at(balancer_, "AvailabilityZones").size());
    part_.security_groups = texts_of(list_at(balancer_, "SecurityGroups"));
    part_.network_id = text_at(balancer_, "VpcId");
  }

  void add_target_groups(const Json& groups) {
    part_.facts["target groups"] = std::to_string(groups.size());
    if (groups.empty()) return;
    add_target_group(groups.front(), part_.facts);
    const auto answer = troubles_.take(questions_.ask("elbv2", "DescribeTargetGroupAttributes",
                                                      {{"TargetGroupArn", text_at(groups.front(), "TargetGroupArn")}}));
    if (answer) add_attributes(*answer, "target setting", part_.facts);
  }

  void add_listeners(const Json& listeners) {
    for (const auto& listener : listeners) {
      const auto name = fmt::format("listener {}", number_at(listener, "Port"));
      part_.facts[name] = describe_listener(listener);
      const auto rules =
          troubles_.take(questions_.ask("elbv2", "DescribeRules", {{"ListenerArn", text_at(listener, "ListenerArn")}}));
      if (!rules) continue;
      for (const auto& rule : list_at(*rules, "Rules")) {
        if (is_true_at(rule, "IsDefault")) continue;
        part_.facts[fmt::format("{} rule {}", name, text_at(rule, "Priority"))] = describe_rule(rule);
      }
    }
  }

  const Questions& questions_;
  const Json& balancer_;
  PartFacts part_;
  Troubles troubles_;
};

}  // namespace

PartAnswer load_balancer_facts(const Questions& questions, const std::string& name) {
  const auto answer = questions.ask("elbv2", "DescribeLoadBalancers", {{"Names", Json::array({name})}});
  if (!answer) return std::unexpected(answer.error());
  const auto& found = list_at(*answer, "LoadBalancers");
  if (found.empty()) return std::nullopt;
  return Balancer(questions, found.front()).run();
}

}  // namespace lifeboat::aws_world
