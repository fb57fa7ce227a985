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

std::vector<const Json*> living(const Json& answer) {
  std::vector<const Json*> instances;
  for (const auto& reservation : list_at(answer, "Reservations")) {
    for (const auto& instance : list_at(reservation, "Instances")) {
      const auto state = text_at(part_at(instance, "State"), "Name");
      if (state != "terminated" && state != "shutting-down") instances.push_back(&instance);
    }
  }
  return instances;
}

/// An image has another id in each region, and the same name.
base::Result<std::string> image_names(const Questions& questions, const std::set<std::string>& ids) {
  const auto answer = questions.ask("ec2", "DescribeImages",
                                    {{"Filters", Json::array({{{"Name", "image-id"}, {"Values", Json(ids)}}})}});
  if (!answer) return std::unexpected(answer.error());
  std::set<std::string> names;
  for (const auto& image : list_at(*answer, "Images")) names.insert(text_at(image, "Name"));
  return names.empty() ? std::string("withdrawn by its owner") : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string yes_or_no(bool is_so) {
  return is_so ? "yes" : "no";
}

std::string counted(const std::vector<std::string>& values) {
  std::map<std::string, int> counts;
  for (const auto& value : values) ++counts[value];
  std::vector<std::string> texts;
  for (const auto& [value, count] : counts) texts.push_back(fmt::format("{} × {}", count, value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string spread(const std::vector<std::string>& zones) {
  std::map<std::string, int> counts;
  for (const auto& zone : zones) ++counts[zone];
  std::vector<int> sizes;
  for (const auto& [zone, count] : counts) sizes.push_back(count);
  std::ranges::sort(sizes, std::greater());
  return fmt::format("{}", fmt::join(sizes, ", "));
}

PartAnswer web_facts(const Questions& questions, const Names::Filter& filter) {
  const auto answer = ask_instances(questions, filter);
  if (!answer) return std::unexpected(answer.error());
  const auto instances = living(*answer);
  if (instances.empty()) return std::nullopt;
  PartFacts part;
  std::vector<std::string> sizes;
  std::vector<std::string> zones;
  std::set<std::string> images;
  std::set<std::string> groups;
  int public_addresses = 0;
  for (const auto* instance : instances) {
    sizes.push_back(text_at(*instance, "InstanceType"));
    zones.push_back(text_at(part_at(*instance, "Placement"), "AvailabilityZone"));
    images.insert(text_at(*instance, "ImageId"));
    public_addresses += text_at(*instance, "PublicIpAddress").empty() ? 0 : 1;
    for (const auto& group : list_at(*instance, "SecurityGroups")) groups.insert(text_at(group, "GroupId"));
  }
  const auto names = image_names(questions, images);
  if (!names) return std::unexpected(names.error());
  part.facts = {{"instances", counted(sizes)},
                {"spread over zones", spread(zones)},
                {"image", *names},
                {"public addresses", std::to_string(public_addresses)}};
  part.security_groups.assign(groups.begin(), groups.end());
  part.network_id = text_at(*instances.front(), "VpcId");
  return part;
}

}  // namespace lifeboat::aws_world
