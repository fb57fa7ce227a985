#include "providers/aws/policy_examples.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "model/parse.h"
#include "providers/aws/templates.h"

namespace lifeboat::aws_world::testing {

std::string project_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(std::string(LIFEBOAT_SOURCE_DIR "/") + path).rdbuf();
  return text.str();
}

model::Stack example(const std::string& name, const std::string& piece, const std::string& by) {
  auto text = project_file("examples/" + name);
  if (!piece.empty()) text.replace(text.find(piece), piece.size(), by);
  return model::parse_stack(text, name).stack.value();
}

model::Stack made() {
  return example("aws.yaml");
}

model::Stack aurora() {
  return example("aws.yaml", "size: db.t3.small\n  backup_retention_days: 5\n  aws: rds",
                 "size: db.r6g.large\n  aws: aurora-global");
}

aws::Json template_of(const model::Stack& stack, Concern concern, const base::RegionName& region) {
  TemplateInputs inputs{.region = region, .image_id = "ami-1", .peer_network_id = "vpc-1"};
  for (const auto* key : {"VpcId", "PublicSubnetIds", "WebSubnetIds", "WebRouteTableIds", "LoadBalancerSecurityGroupId",
                          "WebSecurityGroupId", "DatabaseSecurityGroupId", "DatabaseSubnetGroup", "DatabaseKeyArn",
                          "WebInstanceProfile"}) {
    inputs.other[key] = "a,b";
  }
  inputs.web_route_tables = {"rtb-1", "rtb-2"};
  inputs.peering_connection_id = "pcx-1";
  return make_template(stack, Names(stack, "123456789012"), concern, inputs);
}

}  // namespace lifeboat::aws_world::testing
