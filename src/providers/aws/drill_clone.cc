#include "providers/aws/drill_clone.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "providers/aws/front_door.h"
#include "providers/aws/sql_script.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

constexpr base::Milliseconds zone_look_limit{30'000};
/// When the drill began, in milliseconds since 1970.
constexpr std::string_view drill_tag = "lifeboat:drill";

Json tags(const ClonePorts& ports, base::WallTime begun) {
  return Json::array({{{"Key", drill_tag}, {"Value", std::to_string(begun.time_since_epoch().count())}},
                      {{"Key", stack_tag}, {"Value", ports.stack.name}}});
}

std::optional<base::WallTime> drill_of(const Json& thing) {
  for (const auto& tag : thing.value("TagList", Json::array())) {
    if (tag.value("Key", "") != drill_tag) continue;
    const auto begun = parse_number(tag.value("Value", ""));
    if (begun) return base::WallTime(base::Milliseconds(*begun));
  }
  return std::nullopt;
}

/// The only thing of the list.
base::Result<Json> described(const ClonePorts& ports, const base::RegionName& region, const char* operation,
                             const char* member, const char* list) {
  const auto answer = ports.work.ask("rds", operation, region, {{member, ports.names.drill_clone(region)}});
  if (!answer && answer.error().kind == aws::FailureKind::missing) return Json();
  if (!answer) return std::unexpected(error_of(answer.error()));
  const auto found = answer->value(list, Json::array());
  return found.empty() ? Json() : found.front();
}

/// Its state has changed since we looked, or the answer was lost: the next look tells.
base::Status asked(const aws::Answer& answer) {
  if (answer || !answer.error().was_not_done()) return {};
  static constexpr std::array<std::string_view, 6> changed{"InvalidDBInstanceState",  "InvalidDBSnapshotState",
                                                           "DBInstanceAlreadyExists", "DBSnapshotAlreadyExists",
                                                           "DBInstanceNotFound",      "DBSnapshotNotFound"};
  const auto& code = answer.error().code;
  const bool has_changed = std::ranges::any_of(changed, [&](auto known) { return code.starts_with(known); });
  return has_changed ? base::Status{} : std::unexpected(error_of(answer.error()));
}

/// RDS does not go on with it by itself.
bool is_broken(const ClonePart& part) {
  return part.status == "failed" || part.status == "storage-full" || part.status.starts_with("incompatible-");
}

base::Status make_snapshot(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun) {
  const auto& names = ports.names;
  ports.work.say(fmt::format("{}: a snapshot of {}", region.value, names.database(region)));
  return asked(ports.work.ask("rds", "CreateDBSnapshot", region,
                              {{"DBSnapshotIdentifier", names.drill_clone(region)},
                               {"DBInstanceIdentifier", names.database(region)},
                               {"Tags", tags(ports, begun)}}));
}

base::Status restore_snapshot(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                              const DatabaseLook& like) {
  const auto name = ports.names.drill_clone(region);
  Json input{{"DBInstanceIdentifier", name},
             {"DBSnapshotIdentifier", name},
             {"DBInstanceClass", like.size},
             {"Port", like.port},
             {"MultiAZ", false},
             {"PubliclyAccessible", false},
             {"DeletionProtection", false},
             {"Tags", tags(ports, begun)}};
  if (!like.subnet_group.empty()) input["DBSubnetGroupName"] = like.subnet_group;
  if (!like.parameter_group.empty()) input["DBParameterGroupName"] = like.parameter_group;
  if (!like.security_groups.empty()) input["VpcSecurityGroupIds"] = like.security_groups;
  ports.work.say(fmt::format("{}: {} from the snapshot", region.value, name));
  return asked(ports.work.ask("rds", "RestoreDBInstanceFromDBSnapshot", region, input));
}

/// The drills' name as it stands; null: there is none.
base::Result<Json> shadow_record(const ClonePorts& ports, const std::string& zone) {
  const auto host = ports.stack.dns.shadow().host() + ".";
  const auto all = ports.work.call("route53", "ListResourceRecordSets", route53_region,
                                   {{"HostedZoneId", zone}, {"StartRecordName", host}});
  if (!all) return std::unexpected(all.error());
  for (const auto& record : all->value("ResourceRecordSets", Json::array())) {
    if (record.value("Name", "") == host && record.value("Type", "") == "CNAME") return record;
  }
  return Json();
}

/// RDS begins an instance's endpoint with its name. A record that leads elsewhere is not ours.
bool leads_to_clone(const ClonePorts& ports, const Json& record) {
  const auto values = record.value("ResourceRecords", Json::array());
  const auto target = values.empty() ? std::string() : values.front().value("Value", "");
  return std::ranges::any_of(std::array{&ports.stack.home.name, &ports.stack.standby.name}, [&](const auto* region) {
    return target.starts_with(ports.names.drill_clone(*region) + ".");
  });
}

base::Status remove_name(const ClonePorts& ports) {
  const auto seen = ports.front_door(std::min(zone_look_limit, ports.work.left()));
  if (!seen) return std::unexpected(seen.error());
  if (seen->zone_id.empty()) return {};
  const auto record = shadow_record(ports, seen->zone_id);
  if (!record) return std::unexpected(record.error());
  if (record->is_null() || !leads_to_clone(ports, *record)) return {};
  return change_record(ports.work, seen->zone_id, "DELETE", *record);
}

}  // namespace

base::Result<CloneLook> look_at_clone(const ClonePorts& ports, const base::RegionName& region) {
  if (ports.stack.database.service != model::DatabaseService::rds) return CloneLook{};  // A drill is refused there.
  const auto snapshot = described(ports, region, "DescribeDBSnapshots", "DBSnapshotIdentifier", "DBSnapshots");
  if (!snapshot) return std::unexpected(snapshot.error());
  const auto instance = described(ports, region, "DescribeDBInstances", "DBInstanceIdentifier", "DBInstances");
  if (!instance) return std::unexpected(instance.error());
  CloneLook look;
  if (snapshot->is_object()) look.snapshot = {true, snapshot->value("Status", ""), drill_of(*snapshot)};
  if (instance->is_object()) {
    const auto endpoint = instance->value("Endpoint", Json::object());
    look.instance = {true, instance->value("DBInstanceStatus", ""), drill_of(*instance), endpoint.value("Address", ""),
                     endpoint.value("Port", look.instance.port)};
  }
  return look;
}

base::Result<bool> make_next(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                             const DatabaseLook& like, std::string& seen) {
  const auto look = look_at_clone(ports, region);
  if (!look) return std::unexpected(look.error());
  for (const auto* part : {&look->snapshot, &look->instance}) {
    if (!part->exists || part->begun == begun) continue;
    return base::fail(
        ErrorCode::effect_failed,
        fmt::format("{}: {} is there, and this drill has not made it", region.value, ports.names.drill_clone(region)),
        "Look at it in RDS, then rename or delete it.");
  }
  const auto& [snapshot, instance] = *look;
  seen = instance.exists   ? "the instance is " + instance.status
         : snapshot.exists ? "the snapshot is " + snapshot.status
                           : "no snapshot yet";
  if (is_broken(snapshot) || is_broken(instance)) {
    return base::fail(ErrorCode::effect_failed,
                      fmt::format("{}: RDS could not make the clone: {}", region.value, seen));
  }
  if (instance.exists) return instance.status == "available" && !instance.endpoint.empty();
  if (snapshot.exists && snapshot.status != "available") return false;
  const auto done =
      snapshot.exists ? restore_snapshot(ports, region, begun, like) : make_snapshot(ports, region, begun);
  return done ? base::Result<bool>(false) : std::unexpected(done.error());
}

base::Status name_clone(const ClonePorts& ports, Door& door, const ClonePart& instance) {
  const auto seen = ports.front_door(std::min(zone_look_limit, ports.work.left()));
  if (!seen) return std::unexpected(seen.error());
  const auto shadow = ports.stack.dns.shadow();
  if (seen->zone_id.empty()) {
    return base::fail(ErrorCode::aws_missing, fmt::format("there is no hosted zone for {}", ports.stack.dns.domain));
  }
  const auto there = shadow_record(ports, seen->zone_id);
  if (!there) return std::unexpected(there.error());
  if (!there->is_null() && !leads_to_clone(ports, *there)) {
    return base::fail(ErrorCode::effect_failed, fmt::format("{} is a record that no drill has made", shadow.host()),
                      "Look at it in Route 53, then rename or delete it.");
  }
  const Json record{{"Name", shadow.host() + "."},
                    {"Type", "CNAME"},
                    {"TTL", shadow.ttl.count()},
                    {"ResourceRecords", Json::array({{{"Value", instance.endpoint}}})}};
  if (auto set = change_record(ports.work, seen->zone_id, "UPSERT", record); !set) return set;
  return confirm_name(ports.work, door, *seen, {shadow.host(), instance.endpoint, "the clone"});
}

base::Status remove_clone(const ClonePorts& ports, const base::RegionName& region, const Which& which) {
  if (ports.stack.database.service != model::DatabaseService::rds) return {};
  const auto before = look_at_clone(ports, region);
  if (!before) return std::unexpected(before.error());
  const bool is_anothers = before->instance.begun && !which(*before->instance.begun);
  if (!is_anothers) {
    if (auto gone = remove_name(ports); !gone) return gone;
  }
  const auto name = ports.names.drill_clone(region);
  const auto is_left = [&which](const ClonePart& part) { return part.exists && part.begun && which(*part.begun); };
  return ports.work.wait_until(
      fmt::format("{}: {} is gone", region.value, name), [&](std::string& seen) -> base::Result<bool> {
        const auto look = look_at_clone(ports, region);
        if (!look) return std::unexpected(look.error());
        const auto& [snapshot, instance] = *look;
        if (is_left(instance)) {
          seen = "the instance is " + instance.status;
          if (instance.status == "deleting") return false;
          const auto done = asked(ports.work.ask(
              "rds", "DeleteDBInstance", region,
              {{"DBInstanceIdentifier", name}, {"SkipFinalSnapshot", true}, {"DeleteAutomatedBackups", true}}));
          return done ? base::Result<bool>(false) : std::unexpected(done.error());
        }
        if (!is_left(snapshot)) return true;
        seen = "the snapshot is " + snapshot.status;
        if (snapshot.status == "deleting") return false;
        const auto done = asked(ports.work.ask("rds", "DeleteDBSnapshot", region, {{"DBSnapshotIdentifier", name}}));
        return done ? base::Result<bool>(false) : std::unexpected(done.error());
      });
}

}  // namespace lifeboat::aws_world
