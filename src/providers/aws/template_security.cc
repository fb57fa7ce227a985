#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr std::string_view everywhere = "0.0.0.0/0";

Json tcp(int port, const char* whom, Json value, const std::string& description) {
  return {{"IpProtocol", "tcp"},
          {"FromPort", port},
          {"ToPort", port},
          {whom, std::move(value)},
          {"Description", description}};
}

Json group(const Scene& scene, const std::string& asset, const std::string& description, const Labels& more = {}) {
  return {{"GroupDescription", description}, {"VpcId", ref_to("Vpc")}, {"Tags", tags(scene, asset, more)}};
}

void add_load_balancer_group(const Scene& scene, Json& document) {
  auto properties = group(scene, "lb-security-group", "The load balancer: anybody may connect");
  properties["SecurityGroupIngress"] =
      Json::array({tcp(scene.stack.load_balancer.port, "CidrIp", everywhere, "Clients of the front door")});
  properties["SecurityGroupEgress"] =
      Json::array({tcp(scene.stack.web.port, "CidrIp", scene.region.address_block, "The web instances")});
  add(document, "LoadBalancerSecurityGroup", "AWS::EC2::SecurityGroup", properties);
}

void add_web_group(const Scene& scene, Json& document) {
  auto properties = group(scene, "web-security-group", "Web instances: only the load balancer may connect");
  properties["SecurityGroupIngress"] =
      Json::array({tcp(scene.stack.web.port, "SourceSecurityGroupId", get_att("LoadBalancerSecurityGroup", "GroupId"),
                       "The load balancer")});
  properties["SecurityGroupEgress"] =
      Json::array({{{"IpProtocol", "-1"}, {"CidrIp", everywhere}, {"Description", "Databases, AWS, packages"}}});
  add(document, "WebSecurityGroup", "AWS::EC2::SecurityGroup", properties);
}

void admit(Json& document, const std::string& id, Json properties) {
  properties["GroupId"] = get_att("DatabaseSecurityGroup", "GroupId");
  add(document, id, "AWS::EC2::SecurityGroupIngress", std::move(properties));
}

/// A fence revokes the rules that admit clients, so they are resources of their own: CloudFormation writes the rules
/// inside a group anew whenever anything of the group changes, and would open a fenced database again.
void add_database_group(const Scene& scene, Json& document) {
  auto properties = group(scene, "database-security-group", "The database: web instances of both regions may connect",
                          {{"lifeboat:database-of", scene.stack.name}});
  // Without a rule the group would get one that allows everything.
  properties["SecurityGroupEgress"] =
      Json::array({{{"IpProtocol", "-1"}, {"CidrIp", "127.0.0.1/32"}, {"Description", "Nobody"}}});
  auto& made_group = add(document, "DatabaseSecurityGroup", "AWS::EC2::SecurityGroup", properties);
  // Rules that were revoked and given again name the web group and are not CloudFormation's any more: only when this
  // group is gone first can that one go.
  depends_on(made_group, "WebSecurityGroup");
  admit(document, "DatabaseFromWeb",
        tcp(database_port, "SourceSecurityGroupId", get_att("WebSecurityGroup", "GroupId"),
            "Web instances of this region"));
  admit(document, "DatabaseFromPeer",
        tcp(database_port, "CidrIp", scene.other.address_block,
            fmt::format("Web instances of {}", scene.other.name.value)));
}

void add_key(const Scene& scene, Json& document) {
  const Json owner = {{"Sid", "TheAccountDecides"},
                      {"Effect", "Allow"},
                      {"Principal", {{"AWS", fmt::format("arn:aws:iam::{}:root", scene.names.account())}}},
                      {"Action", "kms:*"},
                      {"Resource", "*"}};
  auto& key = add(document, "DatabaseKey", "AWS::KMS::Key",
                  {{"Description", fmt::format("Database and snapshots of the stack {}", scene.stack.name)},
                   {"EnableKeyRotation", true},
                   {"KeyPolicy", {{"Version", "2012-10-17"}, {"Statement", Json::array({owner})}}},
                   {"Tags", tags(scene, "database")}});
  // Final snapshots are worth nothing without it.
  keep(key, "Retain", "Retain");
}

/// In the home region, with a copy in the other one that stays readable when the home region is lost.
void add_password(const Scene& scene, Json& document) {
  const auto seed = Json{{"username", database_user}}.dump();
  auto& secret = add(document, "DatabasePassword", "AWS::SecretsManager::Secret",
                     {{"Name", scene.names.database_secret()},
                      {"Description", fmt::format("The database's user of the stack {}", scene.stack.name)},
                      {"GenerateSecretString",
                       {{"SecretStringTemplate", seed},
                        {"GenerateStringKey", "password"},
                        {"PasswordLength", 40},
                        {"ExcludePunctuation", true}}},
                      {"ReplicaRegions", Json::array({{{"Region", scene.other.name.value}}})},
                      {"Tags", tags(scene, "database")}});
  keep(secret, "Delete", "Retain");
}

}  // namespace

void add_security_groups(const Scene& scene, Json& document) {
  add_load_balancer_group(scene, document);
  add_web_group(scene, document);
  add_database_group(scene, document);
  for (const auto* name : {"LoadBalancerSecurityGroup", "WebSecurityGroup", "DatabaseSecurityGroup"}) {
    output(document, fmt::format("{}Id", name), get_att(name, "GroupId"));
  }
}

void add_database_ground(const Scene& scene, Json& document) {
  add_key(scene, document);
  if (scene.is_home()) add_password(scene, document);
  Json subnets = Json::array();
  for (const auto& zone : scene.region.zones) subnets.push_back(ref_to("WebSubnet" + letter(zone)));
  add(document, "DatabaseSubnetGroup", "AWS::RDS::DBSubnetGroup",
      {{"DBSubnetGroupName", scene.names.database(scene.region.name)},
       {"DBSubnetGroupDescription", fmt::format("Private subnets of the stack {}", scene.stack.name)},
       {"SubnetIds", subnets},
       {"Tags", tags(scene, "database")}});
  output(document, "DatabaseSubnetGroup", scene.names.database(scene.region.name));
  output(document, "DatabaseKeyArn", get_att("DatabaseKey", "Arn"));
}

void add_web_role(const Scene& scene, Json& document) {
  const auto bucket = "arn:aws:s3:::" + scene.names.bucket(scene.region.name);
  const auto in_region = [&scene](const char* service, const std::string& what) {
    return fmt::format("arn:aws:{}:{}:{}:{}", service, scene.region.name.value, scene.names.account(), what);
  };
  const auto allow = [](const char* action, Json what) {
    return Json{{"Effect", "Allow"}, {"Action", action}, {"Resource", std::move(what)}};
  };
  // Secrets Manager puts six characters of its own behind a secret's name.
  const Json may = Json::array(
      {allow("s3:GetObject", Json::array({bucket + "/config/*", bucket + "/program/*"})),
       allow("secretsmanager:GetSecretValue",
             in_region("secretsmanager", fmt::format("secret:{}-??????", scene.names.database_secret()))),
       allow("cloudformation:SignalResource",
             in_region("cloudformation", fmt::format("stack/{}/*", scene.names.cloudformation_stack(Concern::web))))});
  auto properties = role(scene, "web", "ec2.amazonaws.com", {"AmazonSSMManagedInstanceCore"});
  properties["Policies"] =
      Json::array({{{"PolicyName", "web"}, {"PolicyDocument", {{"Version", "2012-10-17"}, {"Statement", may}}}}});
  add(document, "WebRole", "AWS::IAM::Role", properties);
  add(document, "WebInstanceProfile", "AWS::IAM::InstanceProfile", {{"Roles", Json::array({ref_to("WebRole")})}});
  output(document, "WebInstanceProfile", ref_to("WebInstanceProfile"));
}

}  // namespace lifeboat::aws_world
