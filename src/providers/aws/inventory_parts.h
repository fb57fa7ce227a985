#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/json.h"
#include "base/error.h"
#include "model/stack.h"
#include "providers/aws/inventory.h"
#include "providers/aws/inventory_questions.h"

// The parts of a look at a region, each with the questions it takes. What does not exist is empty, not an error.
namespace lifeboat::aws_world {

/// EC2's own answer for the instances that the filter names.
base::Result<aws::Json> ask_instances(const Questions& questions, const Names::Filter& filter);
/// The instances that the filter names and that are not gone, in the order of their assets' names.
base::Result<std::vector<SeenInstance>> look_at_instances(const Questions& questions, const Names::Filter& filter,
                                                          bool is_adopted);
/// The VPC that Lifeboat made for the stack; empty when there is none.
base::Result<std::string> look_at_network(const Questions& questions, const std::string& stack_name);
base::Result<std::vector<SeenSecurityGroup>> look_at_security_groups(const Questions& questions,
                                                                     const Names::Filter& filter);

/// What a load balancer says of one target: state and reason.
struct TargetHealth {
  std::string state;
  std::string reason;
};
struct SeenDoor {
  SeenLoadBalancer load_balancer;
  std::map<std::string, TargetHealth> targets;  ///< By instance or address.
};
base::Result<SeenDoor> look_at_load_balancer(const Questions& questions, const std::string& name, std::uint16_t port);

base::Result<SeenDatabase> look_at_instance(const Questions& questions, const std::string& identifier);
base::Result<SeenDatabase> look_at_aurora(const Questions& questions, const std::string& identifier);
/// `source`: the other region, from where Aurora replicates.
base::Result<std::optional<std::int64_t>> look_at_lag(const Questions& questions, const model::Database& database,
                                                      const std::string& identifier, const base::RegionName& source,
                                                      base::WallTime now);

/// `name` empty: there is none.
base::Result<SeenCluster> look_at_cluster(const Questions& questions, const std::string& name);

/// What RDS's instances and clusters tell in the same way: names of a structure's members, ids of security groups.
std::vector<std::string> members_of(const aws::Json& structure);
std::vector<std::string> security_groups_of(const aws::Json& json);

/// "web-2" before "web-10".
bool is_before(const std::string& left, const std::string& right);
/// EC2's form of a filter.
aws::Json filters_of(const std::vector<Names::Filter>& filters);
/// One permission of a security group, source by source: "tcp 5432 from sg-1".
std::vector<std::string> rules_of(const aws::Json& permission);

}  // namespace lifeboat::aws_world
