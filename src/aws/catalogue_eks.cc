#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array eks_shapes{
    NamedShape{"Issues", "issues[]{code message resourceIds[]}"},
};

constexpr std::array eks_operations{
    Operation{.name = "DescribeCluster",
              .input = "name@uri!",
              .output = "cluster{name arn createdAt:time version endpoint roleArn status platformVersion tags<> "
                        "certificateAuthority{data} resourcesVpcConfig{subnetIds[] securityGroupIds[] "
                        "clusterSecurityGroupId vpcId endpointPublicAccess:bool endpointPrivateAccess:bool} "
                        "health&Issues}",
              .is_repeatable = true,
              .method = "GET",
              .path = "/clusters/{name}"},
    Operation{.name = "DescribeNodegroup",
              .input = "clusterName@uri=name! nodegroupName@uri!",
              .output = "nodegroup{nodegroupName nodegroupArn clusterName version releaseVersion createdAt:time status "
                        "capacityType scalingConfig{minSize:int maxSize:int desiredSize:int} instanceTypes[] subnets[] "
                        "amiType nodeRole labels<> resources{autoScalingGroups[]{name}} diskSize:int health&Issues "
                        "tags<>}",
              .is_repeatable = true,
              .method = "GET",
              .path = "/clusters/{name}/node-groups/{nodegroupName}"},
    Operation{.name = "ListClusters",
              .input = "maxResults@query:int nextToken@query",
              .output = "clusters[] nextToken",
              .pages = "nextToken>nextToken",
              .list = "clusters",
              .is_repeatable = true,
              .method = "GET",
              .path = "/clusters"},
    Operation{.name = "ListNodegroups",
              .input = "clusterName@uri=name! maxResults@query:int nextToken@query",
              .output = "nodegroups[] nextToken",
              .pages = "nextToken>nextToken",
              .list = "nodegroups",
              .is_repeatable = true,
              .method = "GET",
              .path = "/clusters/{name}/node-groups"},
};

}  // namespace

const Service& eks_service() {
  static constexpr Service service{.name = "eks",
                                   .variable = "EKS",
                                   .host = "eks",
                                   .signing_name = "eks",
                                   .protocol = Protocol::rest_json,
                                   .shapes = eks_shapes,
                                   .operations = eks_operations};
  return service;
}

}  // namespace lifeboat::aws
