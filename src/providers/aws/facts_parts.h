#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/json.h"
#include "base/error.h"
#include "model/stack.h"
#include "providers/aws/inventory_questions.h"
#include "providers/aws/names.h"

// What parity compares, part by part. Ids, addresses and names that differ from region to region by nature are replaced
// by what they mean, so that equal regions have equal facts.
namespace lifeboat::aws_world {

using Facts = std::map<std::string, std::string>;

/// One part of a region: its facts, and the security groups that guard it.
struct PartFacts {
  Facts facts;
  std::vector<std::string> security_groups;
  std::string network_id;
};

/// Nothing when the part does not exist.
using PartAnswer = base::Result<std::optional<PartFacts>>;

PartAnswer web_facts(const Questions& questions, const Names::Filter& filter);
PartAnswer load_balancer_facts(const Questions& questions, const std::string& name);
PartAnswer database_facts(const Questions& questions, const std::string& identifier);
PartAnswer aurora_facts(const Questions& questions, const std::string& identifier);
/// Its security group is the one that EKS gave the cluster.
PartAnswer cluster_facts(const Questions& questions, const std::string& name);
/// Subnets, and the way to the other region's block, of a network that Lifeboat made.
PartAnswer network_facts(const Questions& questions, const std::string& stack_name, const std::string& peer_block);
/// Whether the account may run what the stack file describes.
PartAnswer quota_facts(const Questions& questions, const model::Stack& stack);

/// Who the security groups and blocks of a region are, for people.
struct Meanings {
  std::map<std::string, std::string> groups;  ///< "sg-1" → "the web tier".
  std::map<std::string, std::string> blocks;  ///< "10.20.0.0/16" → "the peer region".
};
/// All security groups of a network; what `Meanings` does not name goes by its tag or its own name.
base::Result<aws::Json> security_groups_of_network(const Questions& questions, const std::string& network_id);
/// The network's own block and those of the networks that it is peered with.
base::Result<std::map<std::string, std::string>> blocks_around(const Questions& questions,
                                                               const std::string& network_id);
/// Adds "ingress" and "egress": what the groups of those ids admit, in words.
void add_rules(const aws::Json& groups, const std::vector<std::string>& ids, const Meanings& meanings, Facts& facts);

std::string yes_or_no(bool is_so);
/// How often each value is there, in the order of the values: "2 × t3.micro, 1 × t3.small".
std::string counted(const std::vector<std::string>& values);
/// How many are in each zone, the largest first and without the zones' names: "2, 1".
std::string spread(const std::vector<std::string>& zones);

}  // namespace lifeboat::aws_world
