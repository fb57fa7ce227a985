#include "providers/aws/template_inputs.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/aws/instances.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> list;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find(',', begin), text.size());
    if (end > begin) list.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

base::Result<std::map<std::string, std::string>> outputs_of(const InputPorts& ports, const base::RegionName& region,
                                                            Concern concern) {
  auto seen = ports.provisioner.look(ports.work, region, concern);
  if (!seen) return std::unexpected(seen.error());
  if (*seen) return std::move((*seen)->outputs);
  return base::fail(
      ErrorCode::aws_missing,
      fmt::format("{}: the stack {} is not there yet", region.value, ports.names.cloudformation_stack(concern)),
      "Run 'lifeboat up'.");
}

base::Result<std::string> output(const InputPorts& ports, const base::RegionName& region, Concern concern,
                                 const std::string& key) {
  const auto outputs = outputs_of(ports, region, concern);
  if (!outputs) return std::unexpected(outputs.error());
  const auto found = outputs->find(key);
  if (found != outputs->end() && !found->second.empty()) return found->second;
  return base::fail(ErrorCode::aws_missing, fmt::format("{}: {} does not say {}", region.value,
                                                        ports.names.cloudformation_stack(concern), key));
}

/// Running instances keep their image: a newer one would replace them all. Only a new tier takes the newest.
base::Result<std::string> image_of(const InputPorts& ports, const base::RegionName& region) {
  const auto instances = find_instances(ports.work, ports.names, region);
  if (!instances) return std::unexpected(instances.error());
  if (!instances->empty() && !instances->front().image.empty()) return instances->front().image;
  const auto parameter = ports.work.call("ssm", "GetParameter", region, {{"Name", ports.stack.aws.image_parameter}});
  if (!parameter) return std::unexpected(parameter.error());
  return parameter->value("Parameter", Json::object()).value("Value", "");
}

base::Status add_peering(const InputPorts& ports, TemplateInputs& inputs) {
  auto network = output(ports, ports.stack.home.name, Concern::network, "VpcId");
  if (!network) return std::unexpected(network.error());
  inputs.peer_network_id = std::move(*network);
  return {};
}

base::Status add_connection(const InputPorts& ports, TemplateInputs& inputs) {
  auto connection = output(ports, ports.stack.standby.name, Concern::peering, "PeeringConnectionId");
  if (!connection) return std::unexpected(connection.error());
  inputs.peering_connection_id = std::move(*connection);
  return {};
}

base::Status add_database(const InputPorts& ports, DatabaseRole role, TemplateInputs& inputs) {
  if (role == DatabaseRole::replica) {
    inputs.source_database_arn = ports.names.database_arn(ports.stack.other(inputs.region).name);
  }
  const auto seen = ports.provisioner.look(ports.work, inputs.region, Concern::database);
  if (!seen) return std::unexpected(seen.error());
  if (!*seen) return {};
  const auto origin = (*seen)->outputs.find("DatabaseOrigin");
  inputs.made_as_replica = origin != (*seen)->outputs.end() && origin->second == "replica";
  return {};
}

base::Status add_web(const InputPorts& ports, TemplateInputs& inputs) {
  auto image = image_of(ports, inputs.region);
  if (!image) return std::unexpected(image.error());
  inputs.image_id = std::move(*image);
  inputs.program_digest = ports.program_digest;
  return {};
}

}  // namespace

base::Result<TemplateInputs> gather_inputs(const InputPorts& ports, const base::RegionName& region, Concern concern,
                                           DatabaseRole role) {
  TemplateInputs inputs;
  inputs.region = region;
  if (concern == Concern::network || concern == Concern::dns) return inputs;
  auto outputs = outputs_of(ports, region, Concern::network);
  if (!outputs) return std::unexpected(outputs.error());
  inputs.other = std::move(*outputs);
  inputs.web_route_tables = list_of(inputs.other["WebRouteTableIds"]);
  base::Status added;
  if (concern == Concern::peering) added = add_peering(ports, inputs);
  if (concern == Concern::peer_route) added = add_connection(ports, inputs);
  if (concern == Concern::database) added = add_database(ports, role, inputs);
  if (concern == Concern::web) added = add_web(ports, inputs);
  if (!added) return std::unexpected(added.error());
  return inputs;
}

TemplateInputs placeholder_inputs(const model::Region& region) {
  const std::string unknown = "to-be-made";
  TemplateInputs inputs;
  inputs.region = region.name;
  inputs.image_id = inputs.peer_network_id = inputs.peering_connection_id = unknown;
  inputs.web_route_tables.assign(region.zones.size(), unknown);
  for (const auto* key : {"VpcId", "LoadBalancerSecurityGroupId", "WebSecurityGroupId", "DatabaseSecurityGroupId",
                          "DatabaseSubnetGroup", "DatabaseKeyArn", "WebInstanceProfile"}) {
    inputs.other[key] = unknown;
  }
  // A list has an element for each zone.
  for (const auto* key : {"PublicSubnetIds", "WebSubnetIds", "WebRouteTableIds"}) {
    inputs.other[key] = fmt::format("{}", fmt::join(inputs.web_route_tables, ","));
  }
  return inputs;
}

std::vector<ResourceChange> all_added(const Json& document) {
  std::vector<ResourceChange> changes;
  const auto resources = document.value("Resources", Json::object());
  for (const auto& [name, resource] : resources.items()) {
    changes.push_back({.logical_id = name,
                       .type = resource.value("Type", ""),
                       .physical_id = "",
                       .action = "Add",
                       .may_replace = false,
                       .causes = {}});
  }
  return changes;
}

}  // namespace lifeboat::aws_world
