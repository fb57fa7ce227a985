#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/json.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

// The outputs of each concern's stack. What another concern's template reads of them stands in `TemplateInputs::other`
// under the same key, or in the member of that name. Lists are one text with commas between.
//
// | concern    | output                      | what it is                        | read by             |
// |------------|-----------------------------|-----------------------------------|---------------------|
// | network    | VpcId                       |                                   | peering, web        |
// |            | PublicSubnetIds             | one a zone, in the file's order   | web                 |
// |            | WebSubnetIds                | private, one a zone, same order   | web, monitoring     |
// |            | WebRouteTableIds            | of those, in the same order       | peering, peer_route |
// |            | LoadBalancerSecurityGroupId |                                   | web                 |
// |            | WebSecurityGroupId          |                                   | web                 |
// |            | DatabaseSecurityGroupId     |                                   | database            |
// |            | DatabaseSubnetGroup         | a name                            | database            |
// |            | DatabaseKeyArn              | the region's own KMS key          | database            |
// |            | WebInstanceProfile          | a name                            | web                 |
// | peering    | PeeringConnectionId         |                                   | peer_route          |
// | database   | DatabaseEndpoint            | host name of instance or cluster  | WebConfig           |
// |            | DatabaseReaderEndpoint      | aurora only                       | WebConfig           |
// |            | DatabasePort                |                                   | WebConfig           |
// |            | DatabaseOrigin              | "writer", "replica": how it began | made_as_replica     |
// | web        | LoadBalancerArn             |                                   |                     |
// |            | LoadBalancerDnsName         | what the records point at         |                     |
// |            | ListenerArn                 |                                   |                     |
// |            | TargetGroupArn              |                                   |                     |
// | monitoring | ClusterEndpoint             | of the Kubernetes API             |                     |
// | dns        | HostedZoneId                |                                   |                     |
// |            | NameServers                 | a list                            |                     |

/// What a template needs beside the stack file: facts of the account, and what other stacks have made.
struct TemplateInputs {
  base::RegionName region{};
  std::string image_id{};  ///< web.
  std::map<std::string, std::string>
      other{};                        ///< Outputs of the stacks it builds on, by key: "VpcId", "WebSubnetIds" …
  std::string peer_network_id{};      ///< peering: the home region's VPC.
  std::string source_database_arn{};  ///< database: what the replica follows; empty: this one is the writer.
  std::vector<std::string> web_route_tables{};  ///< peering, peer_route.
  std::string peering_connection_id{};          ///< peer_route.
  /// database of the home region, `source_database_arn` empty: the database that stands was made as a replica and
  /// promoted since (its stack's output DatabaseOrigin says so). What RDS takes only of a new writer (its user, its
  /// name …) then stays out, because adding it would replace the database. Of the standby region this is always so.
  bool made_as_replica = false;
  /// web: names the content of the program; another digest makes other instances. Empty: they keep what they have.
  std::string program_digest{};
};

/// The template of one concern in one region: literal zones and blocks, "Properties" always, Fn::GetAtt in its long
/// form. Pure; the same inputs give the same text. Every key of `other` that it reads stands in the table above and has
/// to be there. Concerns that a region does not have (peering in the home region …) must not be asked for.
///
/// A promoted replica's template is the replica's without SourceDBInstanceIdentifier, and nothing else is different.
/// What no template says because a template can't: backups of a promoted replica (PromoteReadReplica's
/// BackupRetentionPeriod), deletion protection (on; whoever deletes a database stack turns it off first), and what the
/// listener does (at first it answers 503; afterwards ModifyListener decides).
aws::Json make_template(const model::Stack& stack, const Names& names, Concern concern, const TemplateInputs& inputs);

/// The concerns of a region in the order in which they have to be made; their reverse is the order of removal. peering
/// needs both regions' networks, peer_route the peering. None of an adopted stack.
std::vector<Concern> concerns_of(const model::Stack& stack, const base::RegionName& region);

/// Which concern makes an asset: "vpc" → network (and the peering), "db-1" → database, "web-1" and "lb" → web …
Concern concern_of(const base::AssetId& asset);

}  // namespace lifeboat::aws_world
