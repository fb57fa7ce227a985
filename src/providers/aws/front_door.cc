#include "providers/aws/front_door.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

std::string without_dot(std::string name) {
  while (name.ends_with('.')) name.pop_back();
  return name;
}

std::string lower(std::string name) {
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return name;
}

bool same_name(const std::string& one, const std::string& two) {
  return lower(without_dot(one)) == lower(without_dot(two));
}

/// The check asks nobody: it is disabled, and says what it is told.
Json check_config(const DoorPorts& ports, const std::string& load_balancer_name) {
  constexpr int interval_s = 30;
  const bool secure = !ports.stack.aws.certificate.empty();
  return {{"Type", secure ? "HTTPS" : "HTTP"},
          {"FullyQualifiedDomainName", load_balancer_name},
          {"Port", ports.stack.load_balancer.port},
          {"ResourcePath", ports.stack.web.health_path},
          {"RequestInterval", interval_s},
          {"FailureThreshold", 3},
          {"Disabled", true},
          {"Inverted", true}};
}

base::Result<std::string> make_check(const DoorPorts& ports, const base::RegionName& region,
                                     const std::string& load_balancer_name) {
  const auto reference = fmt::format("lifeboat-{}-{}", ports.stack.name, region.value);
  const auto made =
      ports.work.ask("route53", "CreateHealthCheck", route53_region,
                     {{"CallerReference", reference}, {"HealthCheckConfig", check_config(ports, load_balancer_name)}});
  if (made) return made->value("HealthCheck", Json::object()).value("Id", "");
  if (made.error().code != "HealthCheckAlreadyExists") return std::unexpected(error_of(made.error()));
  const auto all = ports.work.call_all("route53", "ListHealthChecks", route53_region, Json::object());
  if (!all) return std::unexpected(all.error());
  for (const auto& check : all->value("HealthChecks", Json::array())) {
    if (check.value("CallerReference", "") == reference) return check.value("Id", "");
  }
  return base::fail(ErrorCode::aws_missing,
                    fmt::format("Route 53 says that the health check {} exists, and does not list it", reference));
}

base::Status write_record(const DoorPorts& ports, const std::string& zone, const base::RegionName& region,
                          const std::string& load_balancer_name, const std::string& check) {
  const bool is_home = region == ports.stack.home.name;
  const Json record{{"Name", ports.stack.dns.host() + "."},
                    {"Type", "CNAME"},
                    {"SetIdentifier", region.value},
                    {"Failover", is_home ? "PRIMARY" : "SECONDARY"},
                    {"TTL", ports.stack.dns.ttl.count()},
                    {"ResourceRecords", Json::array({{{"Value", load_balancer_name}}})},
                    {"HealthCheckId", check}};
  return change_record(ports.work, zone, "UPSERT", record);
}

/// Sets one check; begins anew when somebody else changed it meanwhile.
base::Status set_health(const DoorPorts& ports, const std::string& check, bool is_healthy) {
  return ports.work.wait_until("Route 53 has the health check " + check, [&](std::string& seen) -> base::Result<bool> {
    const auto now = ports.work.call("route53", "GetHealthCheck", route53_region, {{"HealthCheckId", check}});
    if (!now) return std::unexpected(now.error());
    const auto found = now->value("HealthCheck", Json::object());
    const auto config = found.value("HealthCheckConfig", Json::object());
    const bool stands = config.value("Disabled", false) && config.value("Inverted", false) != is_healthy;
    if (stands) return true;
    const auto set = ports.work.ask("route53", "UpdateHealthCheck", route53_region,
                                    {{"HealthCheckId", check},
                                     {"HealthCheckVersion", found.value("HealthCheckVersion", 1)},
                                     {"Disabled", true},
                                     {"Inverted", !is_healthy}});
    seen = set ? "set" : set.error().code;
    const bool again = set || set.error().code == "HealthCheckVersionMismatch";
    return again ? base::Result<bool>(false) : std::unexpected(error_of(set.error()));
  });
}

base::Result<std::string> check_of(const DoorPorts& ports, const FrontDoor& seen, const base::RegionName& region) {
  const auto found = seen.records.find(region);
  if (found != seen.records.end() && !found->second.health_check.empty()) return found->second.health_check;
  return base::fail(
      ErrorCode::aws_missing,
      fmt::format("the front door {} has no record with a health check for {}", ports.stack.dns.host(), region.value),
      "Run 'lifeboat up' to make it.");
}

}  // namespace

base::Status change_record(const Work& work, const std::string& zone, const std::string& action, const Json& record) {
  const auto changed = work.call(
      "route53", "ChangeResourceRecordSets", route53_region,
      {{"HostedZoneId", zone},
       {"ChangeBatch",
        {{"Comment", "Lifeboat"}, {"Changes", Json::array({{{"Action", action}, {"ResourceRecordSet", record}}})}}}});
  if (!changed) return std::unexpected(changed.error());
  const auto id = changed->value("ChangeInfo", Json::object()).value("Id", "");
  return work.wait_until("Route 53 has the record " + record.value("Name", ""),
                         [&](std::string& seen) -> base::Result<bool> {
                           const auto change = work.call("route53", "GetChange", route53_region, {{"Id", id}});
                           if (!change) return std::unexpected(change.error());
                           seen = change->value("ChangeInfo", Json::object()).value("Status", "");
                           return seen == "INSYNC";
                         });
}

base::Status ensure_record(const DoorPorts& ports, const FrontDoor& seen, const base::RegionName& region,
                           const std::string& load_balancer_name) {
  if (seen.zone_id.empty()) {
    return base::fail(ErrorCode::aws_missing, fmt::format("there is no hosted zone for {}", ports.stack.dns.domain));
  }
  const auto found = seen.records.find(region);
  const bool exists = found != seen.records.end();
  const bool right = exists && same_name(found->second.target, load_balancer_name) &&
                     !found->second.health_check.empty() && found->second.ttl_s == ports.stack.dns.ttl.count();
  if (right || ports.stack.aws.existing.is_adopted()) return {};
  auto check = exists ? found->second.health_check : std::string();
  if (check.empty()) {
    auto made = make_check(ports, region, load_balancer_name);
    if (!made) return std::unexpected(made.error());
    check = std::move(*made);
  }
  return write_record(ports, seen.zone_id, region, load_balancer_name, check);
}

base::Status point_at(const DoorPorts& ports, const FrontDoor& seen, const base::RegionName& region) {
  const auto mine = check_of(ports, seen, region);
  if (!mine) return std::unexpected(mine.error());
  const auto theirs = check_of(ports, seen, ports.stack.other(region).name);
  if (!theirs) return std::unexpected(theirs.error());
  // The other way round there would be a moment with no healthy record.
  if (auto set = set_health(ports, *mine, true); !set) return set;
  return set_health(ports, *theirs, false);
}

base::Status confirm_answer(const DoorPorts& ports, Door& door, const FrontDoor& seen, const base::RegionName& region) {
  const auto record = seen.records.find(region);
  const auto wanted = record == seen.records.end() ? std::string() : record->second.target;
  const auto host = ports.stack.dns.host();
  if (wanted.empty()) {
    return base::fail(ErrorCode::aws_missing, fmt::format("the front door {} has no record of {}", host, region.value),
                      "Run 'lifeboat up' to make it.");
  }
  return confirm_name(ports.work, door, seen, {host, wanted, region.value});
}

base::Status confirm_name(const Work& work, Door& door, const FrontDoor& seen, const NameLeads& expected) {
  constexpr base::Milliseconds limit{2'000};
  return work.wait_until(
      fmt::format("{} leads to {}", expected.name, expected.whose), [&](std::string& what) -> base::Result<bool> {
        const auto answers = door.ask_name_servers(seen.name_servers, expected.name, std::min(limit, work.left()));
        if (!answers) return std::unexpected(answers.error());
        const auto wrong =
            std::ranges::find_if(*answers, [&](const auto& one) { return !same_name(one.target, expected.target); });
        const auto asked = door.count_asked(seen.name_servers);
        const bool most = answers->size() * 2 >= asked && !answers->empty();
        what = fmt::format("{} of {} name servers answered", answers->size(), asked);
        if (wrong == answers->end()) return most;
        what = fmt::format("{} says {}, expected {}", wrong->server, wrong->target.empty() ? "nothing" : wrong->target,
                           expected.target);
        return false;
      });
}

}  // namespace lifeboat::aws_world
