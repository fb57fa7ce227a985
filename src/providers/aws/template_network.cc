#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/subnet_plan.h"
#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr std::string_view network_asset = "vpc";

Json named(const Scene& scene, const std::string& label) {
  auto list = tags(scene, network_asset);
  list.back()["Value"] = fmt::format("{} {}", scene.stack.name, label);
  return list;
}

void add_default_route(Json& document, const std::string& id, const std::string& table, const char* by, Json target) {
  add(document, id, "AWS::EC2::Route",
      {{"RouteTableId", ref_to(table)}, {"DestinationCidrBlock", "0.0.0.0/0"}, {by, std::move(target)}});
}

void add_association(Json& document, const std::string& id, const std::string& subnet, const std::string& table) {
  add(document, id, "AWS::EC2::SubnetRouteTableAssociation",
      {{"SubnetId", ref_to(subnet)}, {"RouteTableId", ref_to(table)}});
}

void add_door(const Scene& scene, Json& document) {
  add(document, "Vpc", "AWS::EC2::VPC",
      {{"CidrBlock", scene.region.address_block},
       {"EnableDnsSupport", true},
       {"EnableDnsHostnames", true},
       {"Tags", tags(scene, network_asset)}});
  add(document, "InternetGateway", "AWS::EC2::InternetGateway", {{"Tags", tags(scene, network_asset)}});
  add(document, "InternetGatewayAttachment", "AWS::EC2::VPCGatewayAttachment",
      {{"VpcId", ref_to("Vpc")}, {"InternetGatewayId", ref_to("InternetGateway")}});
  add(document, "PublicRouteTable", "AWS::EC2::RouteTable",
      {{"VpcId", ref_to("Vpc")}, {"Tags", named(scene, "public")}});
  add_default_route(document, "PublicDefaultRoute", "PublicRouteTable", "GatewayId", ref_to("InternetGateway"));
  depends_on(document["Resources"]["PublicDefaultRoute"], "InternetGatewayAttachment");
}

void add_subnet(const Scene& scene, Json& document, const std::string& id, const base::ZoneName& zone,
                const std::string& block, const char* label) {
  add(document, id, "AWS::EC2::Subnet",
      {{"VpcId", ref_to("Vpc")},
       {"AvailabilityZone", zone.value},
       {"CidrBlock", block},
       {"MapPublicIpOnLaunch", false},
       {"Tags", named(scene, fmt::format("{} {}", label, zone.value))}});
}

/// A NAT gateway a zone, so that a zone that is lost takes only its own way out.
void add_zone(const Scene& scene, Json& document, const base::ZoneName& zone, const ZoneBlocks& blocks) {
  const auto suffix = letter(zone);
  const auto open = "PublicSubnet" + suffix, closed = "WebSubnet" + suffix, table = "WebRouteTable" + suffix;
  add_subnet(scene, document, open, zone, blocks.public_block, "public");
  add_subnet(scene, document, closed, zone, blocks.private_block, "private");
  add_association(document, "PublicRoutes" + suffix, open, "PublicRouteTable");
  auto& address = add(document, "NatAddress" + suffix, "AWS::EC2::EIP",
                      {{"Domain", "vpc"}, {"Tags", named(scene, "nat " + zone.value)}});
  depends_on(address, "InternetGatewayAttachment");
  add(document, "NatGateway" + suffix, "AWS::EC2::NatGateway",
      {{"AllocationId", get_att("NatAddress" + suffix, "AllocationId")},
       {"SubnetId", ref_to(open)},
       {"Tags", named(scene, "nat " + zone.value)}});
  add(document, table, "AWS::EC2::RouteTable",
      {{"VpcId", ref_to("Vpc")}, {"Tags", named(scene, "private " + zone.value)}});
  add_association(document, "WebRoutes" + suffix, closed, table);
  add_default_route(document, "WebDefaultRoute" + suffix, table, "NatGatewayId", ref_to("NatGateway" + suffix));
}

/// The bucket itself is made before everything else; what it may be asked for over a plain connection is nothing.
void add_bucket_policy(const Scene& scene, Json& document) {
  const auto arn = "arn:aws:s3:::" + scene.names.bucket(scene.region.name);
  const Json only_tls = {{"Effect", "Deny"},
                         {"Principal", "*"},
                         {"Action", "s3:*"},
                         {"Resource", Json::array({arn, arn + "/*"})},
                         {"Condition", {{"Bool", {{"aws:SecureTransport", "false"}}}}}};
  add(document, "BucketPolicy", "AWS::S3::BucketPolicy",
      {{"Bucket", scene.names.bucket(scene.region.name)},
       {"PolicyDocument", {{"Version", "2012-10-17"}, {"Statement", Json::array({only_tls})}}}});
}

}  // namespace

void add_network(const Scene& scene, Json& document) {
  add_door(scene, document);
  const auto blocks = plan_subnets(scene.region);
  Json open = Json::array(), closed = Json::array(), tables = Json::array();
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto& zone = scene.region.zones[i];
    add_zone(scene, document, zone, blocks[i]);
    open.push_back(ref_to("PublicSubnet" + letter(zone)));
    closed.push_back(ref_to("WebSubnet" + letter(zone)));
    tables.push_back(ref_to("WebRouteTable" + letter(zone)));
  }
  add_bucket_policy(scene, document);
  output(document, "VpcId", ref_to("Vpc"));
  output(document, "PublicSubnetIds", joined(open));
  output(document, "WebSubnetIds", joined(closed));
  output(document, "WebRouteTableIds", joined(tables));
}

}  // namespace lifeboat::aws_world
