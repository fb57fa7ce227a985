#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/json.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

/// What a template needs beside the stack file: facts of the account, and what other stacks have made.
struct TemplateInputs {
  base::RegionName region;
  std::string image_id;                      ///< web.
  std::map<std::string, std::string> other;  ///< Outputs of the stacks it builds on, by key: "VpcId", "WebSubnetIds" …
  std::string peer_network_id;               ///< peering: the home region's VPC.
  std::string source_database_arn;           ///< database: what the replica follows; empty: this one is the writer.
  std::vector<std::string> web_route_tables;  ///< peering, peer_route.
  std::string peering_connection_id;          ///< peer_route.
};

/// The template of one concern in one region: literal zones and blocks, "Properties" always, Fn::GetAtt in its long
/// form. Pure; the same inputs give the same text. Every key of `other` that it reads stands in templates.cc's table of
/// outputs. Concerns that a region does not have (peering in the home region …) must not be asked for.
aws::Json make_template(const model::Stack& stack, const Names& names, Concern concern, const TemplateInputs& inputs);

/// The concerns of a region in the order in which they have to be made; their reverse is the order of removal.
std::vector<Concern> concerns_of(const model::Stack& stack, const base::RegionName& region);

/// Which concern makes an asset: "vpc" → network (and the peering), "db-1" → database, "web-1" and "lb" → web …
Concern concern_of(const base::AssetId& asset);

}  // namespace lifeboat::aws_world
