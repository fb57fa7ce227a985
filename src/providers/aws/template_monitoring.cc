#include <nlohmann/json.hpp>

#include "model/size_catalogue.h"
#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr std::string_view monitoring_asset = "monitoring";
constexpr int node_disk_gib = 20;

/// The Kubernetes API answers from outside too, behind IAM: kubectl runs where 'lifeboat' runs. Version: EKS's default
/// when it is made; upgrades are the operator's.
void add_monitoring_cluster(const Scene& scene, Json& document) {
  add(document, "ClusterRole", "AWS::IAM::Role",
      role(scene, monitoring_asset, "eks.amazonaws.com", {"AmazonEKSClusterPolicy"}));
  add(document, "Cluster", "AWS::EKS::Cluster",
      {{"Name", scene.names.cluster(scene.region.name)},
       {"RoleArn", get_att("ClusterRole", "Arn")},
       {"ResourcesVpcConfig",
        {{"SubnetIds", made_list(scene, "WebSubnetIds")},
         {"EndpointPrivateAccess", true},
         {"EndpointPublicAccess", true}}},
       {"AccessConfig",
        {{"AuthenticationMode", "API_AND_CONFIG_MAP"}, {"BootstrapClusterCreatorAdminPermissions", true}}},
       {"Tags", tags(scene, monitoring_asset)}});
}

Json tagged(const Scene& scene, std::string_view type) {
  return {{"ResourceType", type}, {"Tags", tags(scene, monitoring_asset)}};
}

/// Two hops, because the driver of the volumes asks from a pod.
void add_node_template(const Scene& scene, Json& document) {
  const Json metadata = {{"HttpEndpoint", "enabled"}, {"HttpTokens", "required"}, {"HttpPutResponseHopLimit", 2}};
  const Json disk = {
      {"VolumeSize", node_disk_gib}, {"VolumeType", "gp3"}, {"Encrypted", true}, {"DeleteOnTermination", true}};
  const Json data = {{"MetadataOptions", metadata},
                     {"BlockDeviceMappings", Json::array({{{"DeviceName", "/dev/xvda"}, {"Ebs", disk}}})},
                     {"TagSpecifications", Json::array({tagged(scene, "instance"), tagged(scene, "volume")})}};
  add(document, "NodeTemplate", "AWS::EC2::LaunchTemplate",
      {{"LaunchTemplateData", data}, {"TagSpecifications", Json::array({tagged(scene, "launch-template")})}});
}

/// The group's nodes are spread over the zones of its subnets.
void add_nodes(const Scene& scene, Json& document) {
  const auto& monitoring = scene.stack.monitoring;
  add(document, "NodeRole", "AWS::IAM::Role",
      role(scene, monitoring_asset, "ec2.amazonaws.com",
           {"AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryReadOnly",
            "service-role/AmazonEBSCSIDriverPolicy", "AmazonSSMManagedInstanceCore"}));
  add(document, "NodeGroup", "AWS::EKS::Nodegroup",
      {{"ClusterName", ref_to("Cluster")},
       {"NodegroupName", scene.names.cluster(scene.region.name)},
       {"NodeRole", get_att("NodeRole", "Arn")},
       {"AmiType", model::is_arm(monitoring.size) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD"},
       {"InstanceTypes", Json::array({monitoring.size})},
       {"LaunchTemplate",
        {{"Id", ref_to("NodeTemplate")}, {"Version", get_att("NodeTemplate", "LatestVersionNumber")}}},
       {"ScalingConfig",
        {{"MinSize", monitoring.nodes}, {"DesiredSize", monitoring.nodes}, {"MaxSize", monitoring.nodes}}},
       {"Subnets", made_list(scene, "WebSubnetIds")},
       {"Tags", tag_map(scene, monitoring_asset)}});
}

/// What the monitoring's manifests need: network policies that are enforced, and volumes.
void add_addons(const Scene& scene, Json& document) {
  const Json policies = {{"enableNetworkPolicy", "true"}};
  const Json volumes = {{"defaultStorageClass", {{"enabled", true}}}};
  const auto addon = [&](const std::string& id, const char* name, const Json& configuration) {
    auto& made_addon = add(document, id, "AWS::EKS::Addon",
                           {{"ClusterName", ref_to("Cluster")},
                            {"AddonName", name},
                            {"ConfigurationValues", configuration.dump()},
                            {"ResolveConflicts", "OVERWRITE"},
                            {"Tags", tags(scene, monitoring_asset)}});
    depends_on(made_addon, "NodeGroup");
  };
  addon("NetworkAddon", "vpc-cni", policies);
  addon("VolumeAddon", "aws-ebs-csi-driver", volumes);
}

}  // namespace

void add_monitoring(const Scene& scene, Json& document) {
  add_monitoring_cluster(scene, document);
  add_node_template(scene, document);
  add_nodes(scene, document);
  add_addons(scene, document);
  output(document, "ClusterEndpoint", get_att("Cluster", "Endpoint"));
}

}  // namespace lifeboat::aws_world
