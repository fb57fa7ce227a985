#include "providers/aws/template_parts.h"

#include <fmt/format.h>

#include <cctype>
#include <nlohmann/json.hpp>

#include "base/assert.h"

namespace lifeboat::aws_world {

using aws::Json;

Json new_template(const Scene& scene, Concern concern) {
  return {{"AWSTemplateFormatVersion", "2010-09-09"},
          {"Description", fmt::format("Lifeboat: {} of the stack {} in {}. Changed by 'lifeboat up' only.",
                                      to_string(concern), scene.stack.name, scene.region.name.value)},
          {"Resources", Json::object()},
          {"Outputs", Json::object()}};
}

Json& add(Json& document, const std::string& id, std::string_view type, Json properties) {
  auto& resources = document["Resources"];
  LIFEBOAT_ASSERT(!resources.contains(id), "every resource has a name of its own");
  resources[id] = {{"Type", type}, {"Properties", std::move(properties)}};
  return resources[id];
}

void output(Json& document, const std::string& key, Json value) {
  document["Outputs"][key] = {{"Value", std::move(value)}};
}

void keep(Json& resource, std::string_view on_deletion, std::string_view on_replacement) {
  resource["DeletionPolicy"] = on_deletion;
  resource["UpdateReplacePolicy"] = on_replacement;
}

void depends_on(Json& resource, const std::string& id) {
  resource["DependsOn"].push_back(id);
}

Json ref_to(const std::string& id) {
  return {{"Ref", id}};
}

Json get_att(const std::string& id, std::string_view attribute) {
  return {{"Fn::GetAtt", Json::array({id, attribute})}};
}

Json joined(Json values) {
  return {{"Fn::Join", Json::array({",", std::move(values)})}};
}

namespace {

Labels labels(const Scene& scene, std::string_view asset) {
  return {{std::string(stack_tag), scene.stack.name},
          {std::string(asset_tag), std::string(asset)},
          {"Name", fmt::format("{} {}", scene.stack.name, asset)}};
}

}  // namespace

Json tags(const Scene& scene, std::string_view asset, const Labels& more) {
  Json list = Json::array();
  for (const auto& [key, value] : labels(scene, asset)) list.push_back({{"Key", key}, {"Value", value}});
  for (const auto& [key, value] : more) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

Json tag_map(const Scene& scene, std::string_view asset) {
  Json map = Json::object();
  for (const auto& [key, value] : labels(scene, asset)) map[key] = value;
  return map;
}

const std::string& made(const Scene& scene, const std::string& key) {
  const auto found = scene.inputs.other.find(key);
  LIFEBOAT_ASSERT(found != scene.inputs.other.end(), "the stacks that this one builds on are made first");
  return found->second;
}

std::vector<std::string> made_list(const Scene& scene, const std::string& key) {
  std::vector<std::string> parts(1);
  for (const char c : made(scene, key)) {
    if (c == ',') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string letter(const base::ZoneName& zone) {
  return {static_cast<char>(std::toupper(static_cast<unsigned char>(zone.value.back())))};
}

Json role(const Scene& scene, std::string_view asset, std::string_view service,
          const std::vector<std::string>& managed_policies) {
  Json policies = Json::array();
  for (const auto& policy : managed_policies) policies.push_back("arn:aws:iam::aws:policy/" + policy);
  const Json trust = {
      {"Version", "2012-10-17"},
      {"Statement",
       Json::array({{{"Effect", "Allow"}, {"Principal", {{"Service", service}}}, {"Action", "sts:AssumeRole"}}})}};
  return {{"AssumeRolePolicyDocument", trust}, {"ManagedPolicyArns", policies}, {"Tags", tags(scene, asset)}};
}

Json alarm(const Scene& scene, const Alarm& alarm, Json dimensions) {
  return {{"AlarmDescription", alarm.description},
          {"Namespace", alarm.name_space},
          {"MetricName", alarm.metric},
          {"Dimensions", std::move(dimensions)},
          {"Statistic", alarm.statistic},
          {"ComparisonOperator", alarm.comparison},
          {"Threshold", alarm.threshold},
          {"Period", 60},
          {"EvaluationPeriods", 3},
          {"TreatMissingData", "notBreaching"},
          {"Tags", tags(scene, alarm.asset)}};
}

Json dimension(std::string_view name, Json value) {
  return {{"Name", name}, {"Value", std::move(value)}};
}

}  // namespace lifeboat::aws_world
