#include "providers/aws/adopted_replica.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/rds_database.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// The source's region makes the copy, and is asked in our name: RDS wants the request signed for it.
base::Result<Json> replica_request(const Work& work, const Names& names, const base::RegionName& region,
                                   const base::RegionName& source, const DatabaseLook& like) {
  Json input{{"DBInstanceIdentifier", names.database(region)},
             {"SourceDBInstanceIdentifier", names.database_arn(source)},
             {"DBInstanceClass", like.size},
             {"MultiAZ", like.multi_az},
             {"PubliclyAccessible", false},
             {"CopyTagsToSnapshot", true},
             {"DeletionProtection", like.deletion_protection}};
  if (!like.subnet_group.empty()) input["DBSubnetGroupName"] = like.subnet_group;
  if (!like.parameter_group.empty()) input["DBParameterGroupName"] = like.parameter_group;
  if (!like.security_groups.empty()) input["VpcSecurityGroupIds"] = like.security_groups;
  if (like.kms_key.empty()) return input;
  input["KmsKeyId"] = like.kms_key;
  constexpr std::chrono::seconds valid_for{3600};
  const auto url = work.client().presigned_url("rds", "CreateDBInstanceReadReplica", source.value, input, valid_for,
                                               {{"DestinationRegion", region.value}});
  if (!url) return std::unexpected(url.error());
  input["PreSignedUrl"] = *url;
  return input;
}

}  // namespace

std::string put_aside_name(const Names& names, const base::RegionName& region, base::Epoch epoch) {
  return fmt::format("{}-before-epoch-{}", names.database(region), epoch.value);
}

base::Status put_old_writer_aside(const Work& work, const Names& names, const base::RegionName& region,
                                  base::Epoch epoch) {
  const auto name = names.database(region);
  const auto aside = put_aside_name(names, region, epoch);
  return work.wait_until(
      fmt::format("{}: {} is put aside as {}", region.value, name, aside),
      [&](std::string& seen) -> base::Result<bool> {
        const auto renamed = look_at_instance(work, region, aside);
        if (!renamed) return std::unexpected(renamed.error());
        if (renamed->exists) {
          seen = fmt::format("{} is {}", aside, renamed->status);
          if (renamed->status == "stopped") return true;
          if (renamed->status != "available") return false;
          const auto asked = work.call("rds", "StopDBInstance", region, {{"DBInstanceIdentifier", aside}});
          if (!asked) return std::unexpected(asked.error());
          return false;
        }
        const auto old = look_at_instance(work, region, name);
        if (!old) return std::unexpected(old.error());
        if (!old->exists) return true;
        seen = fmt::format("{} is {}", name, old->status);
        if (old->status != "available") return false;
        const auto asked =
            work.call("rds", "ModifyDBInstance", region,
                      {{"DBInstanceIdentifier", name}, {"NewDBInstanceIdentifier", aside}, {"ApplyImmediately", true}});
        if (!asked) return std::unexpected(asked.error());
        return false;
      });
}

base::Status create_replica(const Work& work, const Names& names, const base::RegionName& region,
                            const base::RegionName& source, const DatabaseLook& like) {
  const auto input = replica_request(work, names, region, source, like);
  if (!input) return std::unexpected(input.error());
  const auto made = work.ask("rds", "CreateDBInstanceReadReplica", region, *input);
  if (made || made.error().code == "DBInstanceAlreadyExists") return {};
  return std::unexpected(error_of(made.error()));
}

}  // namespace lifeboat::aws_world
