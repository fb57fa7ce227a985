#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

std::string without_dot(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  return name;
}

/// "/hostedzone/Z1" is Z1.
std::string without_path(const std::string& id) {
  return id.substr(id.find_last_of('/') + 1);
}

std::string target_of(const Json& record) {
  const auto& values = list_at(record, "ResourceRecords");
  if (!values.empty()) return without_dot(text_at(values.front(), "Value"));
  return without_dot(text_at(part_at(record, "AliasTarget"), "DNSName"));
}

/// A look at the zone of the front door's name.
class DoorLook {
 public:
  DoorLook(const Questions& questions, const model::Stack& stack) : questions_(questions), stack_(stack) {}

  base::Result<FrontDoor> run() {
    const auto zones = candidates();
    if (!zones) return std::unexpected(zones.error());
    FrontDoor door;
    // Two zones can have one name; the one with our records counts.
    for (const auto& zone : *zones) {
      auto records = records_of(zone);
      if (!records) return std::unexpected(records.error());
      if (!door.zone_id.empty() && records->empty()) continue;
      door.zone_id = zone;
      door.records = *std::move(records);
      if (!door.records.empty()) break;
    }
    if (door.zone_id.empty()) return door;
    return complete(std::move(door));
  }

 private:
  base::Result<std::vector<std::string>> candidates() const {
    if (!stack_.aws.hosted_zone.empty()) return std::vector{stack_.aws.hosted_zone};
    // The list begins at the name, so the first page has every zone that is called so.
    const auto answer = questions_.ask_once("route53", "ListHostedZonesByName", {{"DNSName", stack_.dns.domain}});
    if (!answer) return std::unexpected(answer.error());
    std::vector<std::string> zones;
    for (const auto& zone : list_at(*answer, "HostedZones")) {
      const bool is_private = is_true_at(part_at(zone, "Config"), "PrivateZone");
      if (without_dot(text_at(zone, "Name")) == stack_.dns.domain && !is_private)
        zones.push_back(without_path(text_at(zone, "Id")));
    }
    return zones;
  }

  base::Result<std::map<base::RegionName, FrontDoor::Record>> records_of(const std::string& zone) const {
    const auto answer = questions_.ask_once("route53", "ListResourceRecordSets",
                                            {{"HostedZoneId", zone}, {"StartRecordName", stack_.dns.host()}});
    if (!answer) return std::unexpected(answer.error());
    std::map<base::RegionName, FrontDoor::Record> records;
    for (const auto& record : list_at(*answer, "ResourceRecordSets")) {
      if (without_dot(text_at(record, "Name")) != stack_.dns.host()) continue;
      const auto region = region_of(record);
      if (region.empty()) continue;
      records[region] = {.target = target_of(record),
                         .health_check = text_at(record, "HealthCheckId"),
                         .is_primary = text_at(record, "Failover") == "PRIMARY",
                         .ttl_s = number_at(record, "TTL")};
    }
    return records;
  }

  /// Ours are called by their region; an adopted one is known by its health check.
  base::RegionName region_of(const Json& record) const {
    const auto& checks = stack_.aws.existing.health_check;
    for (const auto* region : {&stack_.home, &stack_.standby}) {
      const auto check = checks.find(region->name.value);
      const bool is_known = check == checks.end() ? text_at(record, "SetIdentifier") == region->name.value
                                                  : text_at(record, "HealthCheckId") == check->second;
      if (is_known) return region->name;
    }
    return {};
  }

  /// The zone's servers and the health checks.
  base::Result<FrontDoor> complete(FrontDoor door) const {
    auto zone = at_once([&] { return questions_.ask("route53", "GetHostedZone", {{"Id", door.zone_id}}); });
    Troubles troubles;
    for (auto& [region, record] : door.records) {
      if (record.health_check.empty()) continue;
      const auto answer =
          troubles.take(questions_.ask("route53", "GetHealthCheck", {{"HealthCheckId", record.health_check}}));
      if (answer) read_health_check(part_at(*answer, "HealthCheck"), record);
    }
    const auto described = troubles.take(zone.get());
    if (auto error = troubles.error()) return std::unexpected(*std::move(error));
    if (described->is_null()) return FrontDoor{};  // The stack file names a zone that does not exist.
    for (const auto& server : list_at(part_at(*described, "DelegationSet"), "NameServers")) {
      door.name_servers.push_back(without_dot(server.get<std::string>()));
    }
    return door;
  }

  static void read_health_check(const Json& check, FrontDoor::Record& record) {
    const auto& config = part_at(check, "HealthCheckConfig");
    record.is_healthy = is_true_at(config, "Disabled") && !is_true_at(config, "Inverted");
    record.health_check_version = number_at(check, "HealthCheckVersion");
  }

  const Questions& questions_;
  const model::Stack& stack_;
};

}  // namespace

base::Result<FrontDoor> look_at_front_door(const LookPorts& ports, const model::Stack& stack, const Names&,
                                           base::Milliseconds limit) {
  // Route 53 is one service for all regions; the home region's name is what a failure is called by.
  const Questions questions(ports.client, stack.home.name, ports.clock.now() + limit);
  return DoorLook(questions, stack).run();
}

}  // namespace lifeboat::aws_world
