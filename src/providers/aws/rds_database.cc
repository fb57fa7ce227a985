#include "providers/aws/rds_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

constexpr base::Milliseconds settles_within{60'000};

std::string endpoint_of(const Json& instance) {
  return instance.value("Endpoint", Json::object()).value("Address", "");
}

bool replicates(const Json& instance) {
  const auto infos = instance.value("StatusInfos", Json::array());
  return std::ranges::any_of(infos, [](const Json& info) {
    return info.value("StatusType", "") == "read replication" && info.value("Normal", false) &&
           info.value("Status", "") == "replicating";
  });
}

std::vector<std::string> security_groups(const Json& instance) {
  std::vector<std::string> ids;
  for (const auto& group : instance.value("VpcSecurityGroups", Json::array())) {
    ids.push_back(group.value("VpcSecurityGroupId", ""));
  }
  return ids;
}

std::string parameter_group(const Json& instance) {
  const auto groups = instance.value("DBParameterGroups", Json::array());
  return groups.empty() ? "" : groups.front().value("DBParameterGroupName", "");
}

DatabaseLook look_of_instance(const Json& instance) {
  return {.exists = true,
          .status = instance.value("DBInstanceStatus", ""),
          .endpoint = endpoint_of(instance),
          .reader = "",
          .port = instance.value("Endpoint", Json::object()).value("Port", 5432),
          .source = instance.value("ReadReplicaSourceDBInstanceIdentifier", ""),
          .replicates = replicates(instance),
          .is_moving = false,
          .group = "",
          .deletion_protection = instance.value("DeletionProtection", false),
          .size = instance.value("DBInstanceClass", ""),
          .subnet_group = instance.value("DBSubnetGroup", Json::object()).value("DBSubnetGroupName", ""),
          .parameter_group = parameter_group(instance),
          .kms_key = instance.value("KmsKeyId", ""),
          .security_groups = security_groups(instance),
          .multi_az = instance.value("MultiAZ", false)};
}

}  // namespace

base::Result<DatabaseLook> look_at_instance(const Work& work, const base::RegionName& region, const std::string& name) {
  const auto answer = work.ask("rds", "DescribeDBInstances", region, {{"DBInstanceIdentifier", name}});
  if (!answer && answer.error().kind == aws::FailureKind::missing) return DatabaseLook{};
  if (!answer) return std::unexpected(error_of(answer.error()));
  const auto instances = answer->value("DBInstances", Json::array());
  return instances.empty() ? DatabaseLook{} : look_of_instance(instances.front());
}

base::Result<DatabaseLook> RdsDatabase::look(const Work& work, const base::RegionName& region) const {
  return look_at_instance(work, region, names_.database(region));
}

/// One promotion, looked at again and again.
class RdsDatabase::Promotion {
 public:
  Promotion(const RdsDatabase& database, const Work& work, const base::RegionName& region)
      : database_(database), work_(work), region_(region) {}

  /// True when it is done.
  base::Result<bool> go_on(std::string& seen) {
    const auto look = database_.look(work_, region_);
    if (!look) return std::unexpected(look.error());
    if (!look->exists) {
      return base::fail(ErrorCode::aws_missing,
                        fmt::format("{}: there is no database {}", region_.value, database_.names_.database(region_)));
    }
    seen = look->status + (look->source.empty() ? "" : ", a replica of " + last_part(look->source));
    if (look->source.empty()) return look->serves();
    // A replica cannot be promoted while it is backed up; and one that is being promoted is not available.
    if (look->status != "available") return false;
    return asked_ ? check_patience() : ask();
  }

 private:
  base::Result<bool> ask() {
    Json input{{"DBInstanceIdentifier", database_.names_.database(region_)}};
    if (database_.backup_retention_days_ > 0) input["BackupRetentionPeriod"] = database_.backup_retention_days_;
    work_.say(fmt::format("{}: promoting {}", region_.value, database_.names_.database(region_)));
    const auto answer = work_.ask("rds", "PromoteReadReplica", region_, input);
    if (answer) {
      asked_ = true;
      return false;
    }
    // Its state has changed since we looked.
    if (answer.error().code.starts_with("InvalidDBInstanceState")) return false;
    if (answer.error().was_not_done()) return std::unexpected(error_of(answer.error()));
    asked_ = true;
    settles_at_ = work_.clock().now() + settles_within;
    lost_ = answer.error().message;
    return false;
  }

  base::Result<bool> check_patience() const {
    if (!settles_at_ || work_.clock().now() < *settles_at_) return false;
    return base::fail(ErrorCode::aws_timeout,
                      fmt::format("{}: RDS did not say whether it promotes {}, and nothing has moved since: {}",
                                  region_.value, database_.names_.database(region_), lost_));
  }

  const RdsDatabase& database_;
  const Work& work_;
  const base::RegionName& region_;
  bool asked_ = false;
  std::optional<base::Instant> settles_at_;  ///< When the answer was lost.
  std::string lost_;
};

base::Status RdsDatabase::promote(const Work& work, const base::RegionName& region, bool) const {
  Promotion promotion(*this, work, region);
  return work.wait_until(fmt::format("{}: the promotion of {}", region.value, names_.database(region)),
                         [&](std::string& seen) { return promotion.go_on(seen); });
}

/// RDS refuses a final snapshot of a replica.
base::Status RdsDatabase::remove(const Work& work, const base::RegionName& region, const std::string& snapshot) const {
  const auto name = names_.database(region);
  const auto go_on = [&](std::string& seen) -> base::Result<bool> {
    const auto found = look(work, region);
    if (!found) return std::unexpected(found.error());
    if (!found->exists) return true;
    seen = found->status;
    if (found->status == "deleting") return false;
    Json input{{"DBInstanceIdentifier", name}};
    if (found->deletion_protection) {
      input["DeletionProtection"] = false;
      input["ApplyImmediately"] = true;
      const auto opened = work.call("rds", "ModifyDBInstance", region, input);
      if (!opened) return std::unexpected(opened.error());
      return false;
    }
    if (!found->serves() && found->status != "stopped") return false;
    if (!found->is_writer()) input["SkipFinalSnapshot"] = true;
    if (found->is_writer()) input["FinalDBSnapshotIdentifier"] = snapshot;
    work.say(fmt::format("{}: deleting {}{}", region.value, name,
                         found->is_writer() ? ", after the snapshot " + snapshot : ""));
    const auto asked = work.ask("rds", "DeleteDBInstance", region, input);
    // Its state has changed since we looked, or the answer was lost: the next look tells.
    if (asked || asked.error().code.starts_with("InvalidDBInstanceState") || !asked.error().was_not_done())
      return false;
    return std::unexpected(error_of(asked.error()));
  };
  return work.wait_until(fmt::format("{}: {} is gone", region.value, name), go_on);
}

}  // namespace lifeboat::aws_world
