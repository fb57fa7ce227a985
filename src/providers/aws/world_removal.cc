#include "providers/aws/world_removal.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "providers/aws/bucket.h"
#include "providers/aws/drill_clone.h"
#include "providers/aws/front_door.h"
#include "providers/aws/templates.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr base::Milliseconds front_door_limit{30'000};

/// One removal of everything.
class Removal {
 public:
  explicit Removal(const RemovalPorts& ports) : ports_(ports) {}

  base::Status everything() {
    if (auto gone = front_door(); !gone) return gone;
    if (auto gone = in_both_regions(); !gone) return gone;
    if (auto gone = databases(); !gone) return gone;
    const auto& [home, standby] = std::tie(ports_.stack.home.name, ports_.stack.standby.name);
    const std::pair<base::RegionName, Concern> rest[] = {{home, Concern::peer_route},
                                                         {standby, Concern::peering},
                                                         {home, Concern::network},
                                                         {standby, Concern::network},
                                                         {standby, Concern::dns}};
    for (const auto& [region, concern] : rest) {
      if (auto gone = stack(region, concern); !gone) return gone;
    }
    return {};
  }

  /// What a drill has left half-way; also of an adopted stack, because Lifeboat made it.
  base::Status drills() const {
    const ClonePorts ports{ports_.work, ports_.stack, ports_.names, ports_.front_door};
    for (const auto& region : {ports_.stack.home.name, ports_.stack.standby.name}) {
      if (auto gone = remove_clone(ports, region, all_drills); !gone) return gone;
    }
    return {};
  }

  base::Status buckets() {
    for (const auto& region : {ports_.stack.home.name, ports_.stack.standby.name}) {
      if (auto gone = delete_bucket(ports_.work, ports_.names, region); !gone) return gone;
      sentences_.push_back(fmt::format("{}: the bucket {} is gone", region.value, ports_.names.bucket(region)));
    }
    return {};
  }

  std::vector<std::string> take() { return std::move(sentences_); }

 private:
  base::Status stack(const base::RegionName& region, Concern concern) const {
    const auto concerns = concerns_of(ports_.stack, region);
    if (std::ranges::find(concerns, concern) == concerns.end()) return {};
    return ports_.provisioner.remove(ports_.work, region, concern);
  }

  base::Status in_both_regions() const {
    std::vector<std::future<base::Status>> removals;
    for (const auto& region : {ports_.stack.home.name, ports_.stack.standby.name}) {
      removals.push_back(std::async(std::launch::async, [this, region] { return web_and_monitoring(region); }));
    }
    base::Status result;
    for (auto& removal : removals) {
      if (auto gone = removal.get(); !gone) result = gone;
    }
    return result;
  }

  base::Status web_and_monitoring(const base::RegionName& region) const {
    if (auto gone = stack(region, Concern::monitoring); !gone) return gone;
    return stack(region, Concern::web);
  }

  /// The replica first: a writer that has one is not deleted.
  base::Status databases() {
    std::vector<std::pair<bool, base::RegionName>> order;
    for (const auto& region : {ports_.stack.home.name, ports_.stack.standby.name}) {
      const auto look = ports_.database.look(ports_.work, region);
      if (!look) return std::unexpected(look.error());
      order.emplace_back(look->is_writer(), region);
    }
    std::ranges::sort(order);
    for (const auto& [writes, region] : order) {
      const auto snapshot = snapshot_name(region);
      if (auto gone = ports_.database.remove(ports_.work, region, snapshot); !gone) return gone;
      if (writes) sentences_.push_back(snapshot_sentence(region, snapshot));
    }
    for (const auto& [writes, region] : order) {
      if (auto gone = stack(region, Concern::database); !gone) return gone;
    }
    return {};
  }

  std::string snapshot_name(const base::RegionName& region) const {
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(ports_.work.clock().wall_now().time_since_epoch()).count();
    return fmt::format("{}-final-{}", ports_.names.database(region), seconds);
  }

  std::string snapshot_sentence(const base::RegionName& region, const std::string& snapshot) const {
    if (ports_.database.follows_by_itself()) {
      return fmt::format("{}: the data is in the newest cluster snapshot of {}", region.value,
                         ports_.names.database(region));
    }
    return fmt::format("{}: the data is in the snapshot {}", region.value, snapshot);
  }

  /// The records as they stand: Route 53 deletes only what is said exactly.
  base::Status front_door() {
    const auto seen = ports_.front_door(std::min(front_door_limit, ports_.work.left()));
    if (!seen) return std::unexpected(seen.error());
    if (seen->zone_id.empty()) return {};
    if (auto gone = records(*seen); !gone) return gone;
    for (const auto& [region, record] : seen->records) {
      if (record.health_check.empty()) continue;
      const auto gone =
          ports_.work.ask("route53", "DeleteHealthCheck", route53_region, {{"HealthCheckId", record.health_check}});
      if (!gone && gone.error().kind != aws::FailureKind::missing) return std::unexpected(error_of(gone.error()));
    }
    return {};
  }

  base::Status records(const FrontDoor& seen) const {
    const auto host = ports_.stack.dns.host() + ".";
    const auto all = ports_.work.call_all("route53", "ListResourceRecordSets", route53_region,
                                          {{"HostedZoneId", seen.zone_id}, {"StartRecordName", host}});
    if (!all) return std::unexpected(all.error());
    auto changes = Json::array();
    for (const auto& record : all->value("ResourceRecordSets", Json::array())) {
      const bool is_ours = record.value("Name", "") == host && record.value("Type", "") == "CNAME" &&
                           seen.records.contains({record.value("SetIdentifier", "")});
      if (is_ours) changes.push_back({{"Action", "DELETE"}, {"ResourceRecordSet", record}});
    }
    if (changes.empty()) return {};
    const auto changed = ports_.work.call(
        "route53", "ChangeResourceRecordSets", route53_region,
        {{"HostedZoneId", seen.zone_id}, {"ChangeBatch", {{"Comment", "Lifeboat"}, {"Changes", std::move(changes)}}}});
    if (!changed) return std::unexpected(changed.error());
    return {};
  }

  const RemovalPorts& ports_;
  std::vector<std::string> sentences_;
};

}  // namespace

base::Result<std::vector<std::string>> remove_stack(const RemovalPorts& ports, bool keep_buckets) {
  Removal removal(ports);
  if (auto gone = removal.drills(); !gone) return std::unexpected(gone.error());
  if (!ports.stack.aws.existing.is_adopted()) {
    if (auto gone = removal.everything(); !gone) return std::unexpected(gone.error());
  }
  if (!keep_buckets) {
    if (auto gone = removal.buckets(); !gone) return std::unexpected(gone.error());
  }
  return removal.take();
}

}  // namespace lifeboat::aws_world
