#include "providers/aws/peer_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "model/address_block.h"
#include "providers/aws/bucket.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

constexpr const char* routes_key = "fence/peer-routes.json";

/// What leads to the other region: peerings with a network there, and, of a stack that Lifeboat built, any peering into
/// the other network's block.
struct Way {
  std::set<std::string> peerings;
  std::optional<model::AddressBlock> block;

  bool is_taken_by(const Json& route) const {
    const auto peering = route.value("VpcPeeringConnectionId", "");
    if (peering.empty()) return false;
    const auto destination = model::parse_address_block(route.value("DestinationCidrBlock", ""));
    return peerings.contains(peering) || (block && destination && destination->overlaps(*block));
  }
};

base::Result<Way> way_to_other(const Work& work, const model::Stack& stack, const base::RegionName& region) {
  const auto& other = stack.other(region);
  const auto found = work.call_all("ec2", "DescribeVpcPeeringConnections", region, Json::object());
  if (!found) return std::unexpected(found.error());
  Way way;
  for (const auto& peering : found->value("VpcPeeringConnections", Json::array())) {
    for (const auto* side : {"AccepterVpcInfo", "RequesterVpcInfo"}) {
      const bool is_there = peering.value(side, Json::object()).value("Region", "") == other.name.value;
      if (is_there) way.peerings.insert(peering.value("VpcPeeringConnectionId", ""));
    }
  }
  if (!stack.aws.existing.is_adopted()) way.block = model::parse_address_block(other.address_block);
  return way;
}

/// The route tables of a network that Lifeboat made; of an adopted stack those of the instances' networks.
base::Result<Json> networks_filter(const Work& work, const model::Stack& stack, const Names& names,
                                   const base::RegionName& region) {
  if (!stack.aws.existing.is_adopted()) {
    return Json{{"Name", "tag:" + std::string(stack_tag)}, {"Values", {stack.name}}};
  }
  const auto filter = names.instances(region);
  const auto found = work.call_all("ec2", "DescribeInstances", region,
                                   {{"Filters", {{{"Name", filter.name}, {"Values", {filter.value}}}}}});
  if (!found) return std::unexpected(found.error());
  auto ids = Json::array();
  for (const auto& reservation : found->value("Reservations", Json::array())) {
    for (const auto& instance : reservation.value("Instances", Json::array())) {
      const auto network = instance.value("VpcId", "");
      if (!network.empty() && std::find(ids.begin(), ids.end(), Json(network)) == ids.end()) ids.push_back(network);
    }
  }
  if (ids.empty()) return base::fail(ErrorCode::aws_missing, fmt::format("{}: no web instance is there", region.value));
  return Json{{"Name", "vpc-id"}, {"Values", std::move(ids)}};
}

base::Result<Json> peer_routes(const Work& work, const Json& filter, const base::RegionName& region, const Way& way) {
  const auto tables = work.call_all("ec2", "DescribeRouteTables", region, {{"Filters", Json::array({filter})}});
  if (!tables) return std::unexpected(tables.error());
  auto routes = Json::array();
  for (const auto& table : tables->value("RouteTables", Json::array())) {
    for (const auto& route : table.value("Routes", Json::array())) {
      if (!way.is_taken_by(route)) continue;
      routes.push_back({{"RouteTableId", table.value("RouteTableId", "")},
                        {"DestinationCidrBlock", route.value("DestinationCidrBlock", "")},
                        {"VpcPeeringConnectionId", route.value("VpcPeeringConnectionId", "")}});
    }
  }
  return routes;
}

base::Result<Json> remembered_routes(const Work& work, const Names& names, const base::RegionName& region) {
  const auto text = read_object(work, names, region, routes_key);
  if (!text) return std::unexpected(text.error());
  auto kept = *text ? Json::parse(**text, nullptr, false) : Json::array();
  if (kept.is_array()) return kept;
  return base::fail(ErrorCode::record_corrupt, fmt::format("{}: {} in {} is not what Lifeboat wrote", region.value,
                                                           routes_key, names.bucket(region)));
}

base::Status remember(const Work& work, const Names& names, const base::RegionName& region, const Json& routes) {
  auto kept = remembered_routes(work, names, region);
  if (!kept) return std::unexpected(kept.error());
  const auto before = kept->size();
  for (const auto& route : routes) {
    if (std::find(kept->begin(), kept->end(), route) == kept->end()) kept->push_back(route);
  }
  return kept->size() == before ? base::Status{} : write_object(work, names, region, routes_key, kept->dump(2));
}

base::Status delete_routes(const Work& work, const base::RegionName& region, const Json& routes) {
  for (const auto& route : routes) {
    const auto gone =
        work.ask("ec2", "DeleteRoute", region,
                 {{"RouteTableId", route["RouteTableId"]}, {"DestinationCidrBlock", route["DestinationCidrBlock"]}});
    if (!gone && gone.error().code != "InvalidRoute.NotFound") return std::unexpected(error_of(gone.error()));
  }
  return {};
}

}  // namespace

base::Result<std::string> cut_peer_routes(const Work& work, const model::Stack& stack, const Names& names,
                                          const base::RegionName& region) {
  const auto& other = stack.other(region);
  const auto way = way_to_other(work, stack, region);
  if (!way) return std::unexpected(way.error());
  const auto filter = networks_filter(work, stack, names, region);
  if (!filter) return std::unexpected(filter.error());
  const auto cut = work.wait_until(fmt::format("{}: no route leads to {}", region.value, other.name.value),
                                   [&](std::string& seen) -> base::Result<bool> {
                                     const auto routes = peer_routes(work, *filter, region, *way);
                                     if (!routes) return std::unexpected(routes.error());
                                     if (routes->empty()) return true;
                                     seen =
                                         fmt::format("{} has one", routes->front()["RouteTableId"].get<std::string>());
                                     if (auto kept = remember(work, names, region, *routes); !kept)
                                       return std::unexpected(kept.error());
                                     if (auto gone = delete_routes(work, region, *routes); !gone)
                                       return std::unexpected(gone.error());
                                     return false;  // Only what is read back counts.
                                   });
  if (!cut) return std::unexpected(cut.error());
  return fmt::format("{}: no route leads over a peering to {}", region.value, other.name.value);
}

base::Status restore_peer_routes(const Work& work, const Names& names, const base::RegionName& region) {
  const auto kept = remembered_routes(work, names, region);
  if (!kept) return std::unexpected(kept.error());
  if (kept->empty()) return {};
  for (const auto& route : *kept) {
    const auto made = work.ask("ec2", "CreateRoute", region, route);
    if (!made && made.error().code != "RouteAlreadyExists") return std::unexpected(error_of(made.error()));
  }
  return write_object(work, names, region, routes_key, "[]");
}

}  // namespace lifeboat::aws_world
