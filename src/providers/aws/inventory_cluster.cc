#include <nlohmann/json.hpp>

#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

void add_problems(const Json& part, std::vector<std::string>& problems) {
  for (const auto& issue : list_at(part_at(part, "health"), "issues")) {
    problems.push_back(text_at(issue, "code") + ": " + text_at(issue, "message"));
  }
}

/// The first group that is not active speaks for all of them.
void add_node_group(const Json& group, SeenCluster& seen) {
  const auto status = text_at(group, "status");
  if (seen.node_group_status.empty() || seen.node_group_status == "ACTIVE") seen.node_group_status = status;
  seen.nodes_desired += static_cast<int>(number_at(part_at(group, "scalingConfig"), "desiredSize"));
  add_problems(group, seen.problems);
}

}  // namespace

base::Result<SeenCluster> look_at_cluster(const Questions& questions, const std::string& name) {
  SeenCluster seen;
  if (name.empty()) return seen;
  const auto answer = questions.ask("eks", "DescribeCluster", {{"name", name}});
  if (!answer) return std::unexpected(answer.error());
  if (answer->is_null()) return seen;
  const auto& cluster = part_at(*answer, "cluster");
  seen.exists = true;
  seen.status = text_at(cluster, "status");
  seen.version = text_at(cluster, "version");
  add_problems(cluster, seen.problems);
  const auto groups = questions.ask("eks", "ListNodegroups", {{"clusterName", name}});
  if (!groups) return std::unexpected(groups.error());
  for (const auto& group : list_at(*groups, "nodegroups")) {
    const auto described = questions.ask("eks", "DescribeNodegroup", {{"clusterName", name}, {"nodegroupName", group}});
    if (!described) return std::unexpected(described.error());
    add_node_group(part_at(*described, "nodegroup"), seen);
  }
  return seen;
}

}  // namespace lifeboat::aws_world
