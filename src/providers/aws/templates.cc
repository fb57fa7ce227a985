#include "providers/aws/templates.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/assert.h"
#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

void fill(const Scene& scene, Concern concern, aws::Json& document) {
  switch (concern) {
    case Concern::network:
      add_network(scene, document);
      add_security_groups(scene, document);
      add_database_ground(scene, document);
      return add_web_role(scene, document);
    case Concern::peering:
      return add_peering(scene, document);
    case Concern::peer_route:
      return add_peer_route(scene, document);
    case Concern::database:
      if (scene.stack.database.service == model::DatabaseService::rds) return add_rds(scene, document);
      return add_aurora(scene, document);
    case Concern::web:
      add_web(scene, document);
      return add_load_balancer(scene, document);
    case Concern::monitoring:
      return add_monitoring(scene, document);
    case Concern::dns:
      return add_dns(scene, document);
  }
  std::unreachable();
}

}  // namespace

aws::Json make_template(const model::Stack& stack, const Names& names, Concern concern, const TemplateInputs& inputs) {
  const auto* region = stack.region(inputs.region);
  LIFEBOAT_ASSERT(region != nullptr, "templates are made for the stack's own regions");
  const Scene scene{stack, names, inputs, *region, stack.other(inputs.region)};
  auto document = new_template(scene, concern);
  fill(scene, concern, document);
  if (document["Outputs"].empty()) document.erase("Outputs");
  return document;
}

std::vector<Concern> concerns_of(const model::Stack& stack, const base::RegionName& region) {
  if (stack.aws.existing.is_adopted()) return {};
  const bool home = region == stack.home.name;
  std::vector<Concern> concerns{Concern::network, home ? Concern::peer_route : Concern::peering, Concern::database,
                                Concern::web};
  if (stack.monitoring.enabled) concerns.push_back(Concern::monitoring);
  // Where the home region is lost, its CloudFormation may be too: what is global is kept in the other one.
  if (!home && stack.aws.hosted_zone.empty()) concerns.push_back(Concern::dns);
  return concerns;
}

Concern concern_of(const base::AssetId& asset) {
  if (asset.name == "vpc") return Concern::network;
  if (asset.name.starts_with("db-")) return Concern::database;
  if (asset.name == "monitoring") return Concern::monitoring;
  if (asset.name == "dns") return Concern::dns;
  return Concern::web;
}

}  // namespace lifeboat::aws_world
