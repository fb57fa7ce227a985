#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/assert.h"
#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// From every private subnet to the other region's network. A failover deletes these routes by the API.
void add_routes(const Scene& scene, Json& document, const Json& connection) {
  const auto& tables = scene.inputs.web_route_tables;
  LIFEBOAT_ASSERT(tables.size() == scene.region.zones.size(), "each private subnet has a route table of its own");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    add(document, "PeerRoute" + letter(scene.region.zones[i]), "AWS::EC2::Route",
        {{"RouteTableId", tables[i]},
         {"DestinationCidrBlock", scene.other.address_block},
         {"VpcPeeringConnectionId", connection}});
  }
}

}  // namespace

void add_peering(const Scene& scene, Json& document) {
  LIFEBOAT_ASSERT(!scene.is_home(), "the peering belongs to the standby region");
  add(document, "Peering", "AWS::EC2::VPCPeeringConnection",
      {{"VpcId", made(scene, "VpcId")},
       {"PeerVpcId", scene.inputs.peer_network_id},
       {"PeerRegion", scene.other.name.value},
       {"Tags", tags(scene, "vpc")}});
  add_routes(scene, document, ref_to("Peering"));
  output(document, "PeeringConnectionId", ref_to("Peering"));
}

void add_peer_route(const Scene& scene, Json& document) {
  LIFEBOAT_ASSERT(scene.is_home(), "the routes back belong to the home region");
  add_routes(scene, document, scene.inputs.peering_connection_id);
}

}  // namespace lifeboat::aws_world
