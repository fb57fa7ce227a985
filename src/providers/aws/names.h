#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "model/stack.h"

namespace lifeboat::aws_world {

/// CloudFormation's stacks of one Lifeboat stack: one per concern and region, so that a change of one cannot touch
/// another.
enum class Concern {
  /// VPC, subnets, gateways, routes, security groups, subnet groups, the roles and the bucket's policy; the database's
  /// key and, in the home region, its password: those must outlive the database's stack.
  network,
  peering,     ///< In the standby region of the file only: the VPC peering between both, with its routes there.
  peer_route,  ///< In the home region: the routes back.
  database,    ///< The database's parameter group and instance, or the replica; its alarms.
  web,         ///< Launch template, instances, load balancer, alarms.
  monitoring,  ///< EKS, its node group.
  dns,         ///< In the standby region of the file only: the hosted zone.
};

/// What every thing of a stack is called, whether Lifeboat made it or adopted it. Pure.
class Names {
 public:
  /// `account` is the twelve digits of the account that the credentials belong to.
  Names(const model::Stack& stack, std::string account);

  const std::string& account() const { return account_; }
  /// "lifeboat-shop-network".
  std::string cloudformation_stack(Concern concern) const;
  /// The region's bucket, which holds its duty, the journal's copy, the seat and what instances fetch at boot:
  /// "dr-shop-123456789012-us-east-2", at most 63 characters.
  std::string bucket(const base::RegionName& region) const;
  /// The identifier of the DB instance (aurora: of the cluster; its instances are "…-1" to "…-N").
  std::string database(const base::RegionName& region) const;
  /// The ARN of the same.
  std::string database_arn(const base::RegionName& region) const;
  /// Of Aurora's global cluster.
  std::string global_cluster() const;
  /// A drill's snapshot, and the DB instance that is made of it: "shop-db-drill" (aurora: its cluster, whose instance
  /// is "shop-db-drill-1").
  std::string drill_clone(const base::RegionName& region) const;
  /// The load balancer's name, at most 32 characters; adopted by ARN: the name in it.
  std::string load_balancer(const base::RegionName& region) const;
  /// The Secrets Manager secret of the database's user, the same in both regions: "lifeboat/shop/database".
  std::string database_secret() const;
  /// The EKS cluster; empty where there is none. Its node group has the same name.
  std::string cluster(const base::RegionName& region) const;

  /// A filter of DescribeInstances or DescribeSecurityGroups: "tag:lifeboat:web" → "shop", or "group-id" → "sg-1".
  struct Filter {
    std::string name;
    std::string value;
  };
  Filter instances(const base::RegionName& region) const;
  Filter database_security_group(const base::RegionName& region) const;

 private:
  model::Stack stack_;
  std::string account_;
};

/// Every thing that Lifeboat makes carries these tags.
inline constexpr std::string_view stack_tag = "lifeboat:stack";
inline constexpr std::string_view asset_tag =
    "lifeboat:asset";  ///< "web-1", "lb", "database", "database-security-group".

std::string_view to_string(Concern concern);

}  // namespace lifeboat::aws_world
