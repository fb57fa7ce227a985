#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "providers/aws/drill_clone.h"
#include "providers/aws/front_door.h"

// The name of a drill's clone in the front door's zone.

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

constexpr base::Milliseconds zone_look_limit{30'000};

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

/// RDS begins an endpoint with its instance's or cluster's name. A record that leads elsewhere is not ours.
bool leads_to_clone(const ClonePorts& ports, const Json& record) {
  const auto values = record.value("ResourceRecords", Json::array());
  const auto target = values.empty() ? std::string() : values.front().value("Value", "");
  return std::ranges::any_of(std::array{&ports.stack.home.name, &ports.stack.standby.name}, [&](const auto* region) {
    return target.starts_with(ports.names.drill_clone(*region) + ".");
  });
}

}  // namespace

base::Status name_clone(const ClonePorts& ports, Door& door, const ClonePart& served) {
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
                    {"ResourceRecords", Json::array({{{"Value", served.endpoint}}})}};
  if (auto set = change_record(ports.work, seen->zone_id, "UPSERT", record); !set) return set;
  return confirm_name(ports.work, door, *seen, {shadow.host(), served.endpoint, "the clone"});
}

base::Status remove_clone_name(const ClonePorts& ports) {
  const auto seen = ports.front_door(std::min(zone_look_limit, ports.work.left()));
  if (!seen) return std::unexpected(seen.error());
  if (seen->zone_id.empty()) return {};
  const auto record = shadow_record(ports, seen->zone_id);
  if (!record) return std::unexpected(record.error());
  if (record->is_null() || !leads_to_clone(ports, *record)) return {};
  return change_record(ports.work, seen->zone_id, "DELETE", *record);
}

}  // namespace lifeboat::aws_world
