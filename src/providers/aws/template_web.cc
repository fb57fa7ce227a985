#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/template_parts.h"
#include "providers/aws/user_data.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr int web_disk_gib = 16;

void add_launch_template(const Scene& scene, Json& document) {
  // Tags in the metadata are how an instance learns its own name.
  const Json metadata = {{"HttpEndpoint", "enabled"},
                         {"HttpTokens", "required"},
                         {"HttpPutResponseHopLimit", 1},
                         {"InstanceMetadataTags", "enabled"}};
  const Json disk = {
      {"VolumeSize", web_disk_gib}, {"VolumeType", "gp3"}, {"Encrypted", true}, {"DeleteOnTermination", true}};
  const Json data = {{"ImageId", scene.inputs.image_id},
                     {"InstanceType", scene.stack.web.size},
                     {"IamInstanceProfile", {{"Name", made(scene, "WebInstanceProfile")}}},
                     {"SecurityGroupIds", Json::array({made(scene, "WebSecurityGroupId")})},
                     {"MetadataOptions", metadata},
                     {"BlockDeviceMappings", Json::array({{{"DeviceName", "/dev/sda1"}, {"Ebs", disk}}})},
                     {"UserData", {{"Fn::Base64", user_data(scene)}}}};
  add(document, "LaunchTemplate", "AWS::EC2::LaunchTemplate",
      {{"LaunchTemplateData", data},
       {"TagSpecifications", Json::array({{{"ResourceType", "launch-template"}, {"Tags", tags(scene, "web")}}})}});
}

/// Image and size stand here as well as in the launch template: they are what replaces an instance, and the change set
/// names them. The subnet gives no public address. A new instance counts when it has said that it booted, so an update
/// lets the old ones go no earlier.
void add_instance(const Scene& scene, Json& document, int index) {
  const auto subnets = made_list(scene, "WebSubnetIds");
  const auto name = fmt::format("web-{}", index + 1);
  const Json from = {{"LaunchTemplateId", ref_to("LaunchTemplate")},
                     {"Version", get_att("LaunchTemplate", "LatestVersionNumber")}};
  auto& instance = add(document, fmt::format("Web{}", index + 1), "AWS::EC2::Instance",
                       {{"ImageId", scene.inputs.image_id},
                        {"InstanceType", scene.stack.web.size},
                        {"SubnetId", subnets[static_cast<std::size_t>(index) % subnets.size()]},
                        {"LaunchTemplate", from},
                        {"PropagateTagsToVolumeOnCreation", true},
                        {"Tags", tags(scene, name, {{"lifeboat:web", scene.stack.name}})}});
  instance["CreationPolicy"] = {{"ResourceSignal", {{"Count", 1}, {"Timeout", "PT30M"}}}};
}

}  // namespace

void add_web(const Scene& scene, Json& document) {
  add_launch_template(scene, document);
  for (int i = 0; i < scene.stack.web.count; ++i) add_instance(scene, document, i);
}

}  // namespace lifeboat::aws_world
