#include "providers/aws/aurora_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

/// The region of "arn:aws:rds:us-east-2:123456789012:cluster:shop-db".
base::RegionName region_of(const std::string& arn) {
  std::size_t begin = 0;
  for (int colons = 0; colons < 3; ++colons) begin = arn.find(':', begin) + 1;
  return {arn.substr(begin, arn.find(':', begin) - begin)};
}

std::string writer_of(const Json& global) {
  for (const auto& member : global.value("GlobalClusterMembers", Json::array())) {
    if (member.value("IsWriter", false)) return member.value("DBClusterArn", "");
  }
  return "";
}

bool is_member(const Json& global, const std::string& arn) {
  if (!global.is_object()) return false;
  const auto members = global.value("GlobalClusterMembers", Json::array());
  return std::ranges::any_of(members, [&arn](const Json& member) { return member.value("DBClusterArn", "") == arn; });
}

bool is_moving(const Json& global) {
  const auto status = global.value("Status", "");
  return global.contains("FailoverState") || status == "switching-over" || status == "failing-over";
}

DatabaseLook look_of_cluster(const Json& cluster) {
  DatabaseLook look;
  look.exists = true;
  look.status = cluster.value("Status", "");
  look.group = cluster.value("GlobalClusterIdentifier", "");
  look.endpoint = cluster.value("Endpoint", "");
  look.reader = cluster.value("ReaderEndpoint", "");
  look.port = cluster.value("Port", look.port);
  look.subnet_group = cluster.value("DBSubnetGroup", "");
  look.parameter_group = cluster.value("DBClusterParameterGroup", "");
  look.multi_az = cluster.value("MultiAZ", false);
  look.deletion_protection = cluster.value("DeletionProtection", false);
  for (const auto& group : cluster.value("VpcSecurityGroups", Json::array())) {
    look.security_groups.push_back(group.value("VpcSecurityGroupId", ""));
  }
  return look;
}

}  // namespace

base::Result<Json> AuroraDatabase::global(const Work& work, const base::RegionName& region, const std::string& name) {
  const auto answer = work.ask("rds", "DescribeGlobalClusters", region, {{"GlobalClusterIdentifier", name}});
  if (!answer && answer.error().kind == aws::FailureKind::missing) return Json();
  if (!answer) return std::unexpected(error_of(answer.error()));
  const auto found = answer->value("GlobalClusters", Json::array());
  return found.empty() ? Json() : found.front();
}

base::Result<DatabaseLook> AuroraDatabase::look(const Work& work, const base::RegionName& region) const {
  const auto answer = work.ask("rds", "DescribeDBClusters", region, {{"DBClusterIdentifier", names_.database(region)}});
  if (!answer && answer.error().kind == aws::FailureKind::missing) return DatabaseLook{};
  if (!answer) return std::unexpected(error_of(answer.error()));
  const auto clusters = answer->value("DBClusters", Json::array());
  if (clusters.empty()) return DatabaseLook{};
  auto look = look_of_cluster(clusters.front());
  if (look.group.empty()) look.group = names_.global_cluster();  // Older answers do not say it.
  const auto all = global(work, region, look.group);
  if (!all) return std::unexpected(all.error());
  const auto own = names_.database_arn(region);
  if (!is_member(*all, own)) return look;  // A cluster by itself takes writes.
  const auto writer = writer_of(*all);
  look.is_moving = is_moving(*all);
  if (!writer.empty() && writer != own) look.source = writer;
  look.replicates = !look.source.empty() && look.serves();
  return look;
}

base::Status AuroraDatabase::promote(const Work& work, const base::RegionName& region, bool is_planned) const {
  bool asked = false;
  const auto go_on = [&](std::string& seen) -> base::Result<bool> {
    const auto found = look(work, region);
    if (!found) return std::unexpected(found.error());
    if (!found->exists) {
      return base::fail(ErrorCode::aws_missing,
                        fmt::format("{}: there is no cluster {}", region.value, names_.database(region)));
    }
    seen = found->status + (found->is_moving ? ", being promoted" : "");
    if (found->source.empty()) return found->serves() && !found->is_moving;
    if (found->is_moving || asked) return false;
    asked = true;
    Json input{{"GlobalClusterIdentifier", found->group}, {"TargetDbClusterIdentifier", names_.database_arn(region)}};
    if (!is_planned) input["AllowDataLoss"] = true;
    work.say(fmt::format("{}: promoting {}", region.value, names_.database(region)));
    const auto answer = is_planned ? work.ask("rds", "SwitchoverGlobalCluster", region_of(found->source), input)
                                   : work.ask("rds", "FailoverGlobalCluster", region, input);
    // Whether it was begun shows in the state; asked for twice, it would be refused.
    if (!answer && answer.error().was_not_done()) return std::unexpected(error_of(answer.error()));
    return false;
  };
  return work.wait_until(fmt::format("{}: the promotion of {}", region.value, names_.database(region)), go_on);
}

/// The cluster's stack deletes it, with a snapshot of its own naming. Here it leaves the global database, without which
/// it could not be deleted, and is made deletable.
base::Status AuroraDatabase::remove(const Work& work, const base::RegionName& region, const std::string&) const {
  const auto own = names_.database_arn(region);
  return work.wait_until(fmt::format("{}: {} can be deleted", region.value, names_.database(region)),
                         [&](std::string& seen) -> base::Result<bool> {
                           const auto found = look(work, region);
                           if (!found) return std::unexpected(found.error());
                           if (!found->exists) return true;
                           seen = found->status;
                           const auto all = global(work, region, found->group);
                           if (!all) return std::unexpected(all.error());
                           if (is_member(*all, own))
                             return leave(work, region, *found, all->value("DeletionProtection", false));
                           if (!found->deletion_protection) return true;
                           const auto opened = work.call("rds", "ModifyDBCluster", region,
                                                         {{"DBClusterIdentifier", names_.database(region)},
                                                          {"DeletionProtection", false},
                                                          {"ApplyImmediately", true}});
                           return opened ? base::Result<bool>(false) : std::unexpected(opened.error());
                         });
}

/// One step of leaving the global database; false, because only what is seen counts.
base::Result<bool> AuroraDatabase::leave(const Work& work, const base::RegionName& region, const DatabaseLook& look,
                                         bool is_protected) const {
  if (is_protected) {
    const auto opened = work.call("rds", "ModifyGlobalCluster", region,
                                  {{"GlobalClusterIdentifier", look.group}, {"DeletionProtection", false}});
    if (!opened) return std::unexpected(opened.error());
  }
  if (!look.serves()) return false;
  const auto left =
      work.ask("rds", "RemoveFromGlobalCluster", region,
               {{"GlobalClusterIdentifier", look.group}, {"DbClusterIdentifier", names_.database_arn(region)}});
  if (left || left.error().kind == aws::FailureKind::missing || !left.error().was_not_done()) return false;
  return std::unexpected(error_of(left.error()));
}

}  // namespace lifeboat::aws_world
