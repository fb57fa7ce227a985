#include "readiness/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "readiness/parity.h"

namespace lifeboat::readiness {
namespace {

using model::AssetState;
using model::DatabaseRole;

/// Collects what one check sees: the reasons against it come before what speaks for it.
class CheckBuilder {
 public:
  CheckBuilder(std::string id, std::string title) : check_{std::move(id), std::move(title), CheckState::passed, {}} {}

  void fail(std::string sentence) { object(CheckState::failed, std::move(sentence)); }
  void warn(std::string sentence) { object(CheckState::warning, std::move(sentence)); }
  void note(std::string sentence) { notes_.push_back(std::move(sentence)); }

  Check take() {
    std::ranges::move(warnings_, std::back_inserter(check_.evidence));
    std::ranges::move(notes_, std::back_inserter(check_.evidence));
    return std::move(check_);
  }

 private:
  void object(CheckState state, std::string sentence) {
    check_.state = std::max(check_.state, state);
    (state == CheckState::failed ? check_.evidence : warnings_).push_back(std::move(sentence));
  }

  Check check_;
  std::vector<std::string> warnings_;
  std::vector<std::string> notes_;
};

const model::ObservedAsset* find_asset(const std::vector<model::ObservedAsset>& assets, const base::AssetId& id) {
  const auto found = std::ranges::find(assets, id, &model::ObservedAsset::id);
  return found == assets.end() ? nullptr : &*found;
}

const model::ObservedDatabaseNode* find_node(const model::ObservedRegion& region, const std::string& name) {
  const auto found = std::ranges::find(region.nodes, name, &model::ObservedDatabaseNode::name);
  return found == region.nodes.end() ? nullptr : &*found;
}

const model::ObservedDatabaseNode* find_role(const model::ObservedRegion& region, DatabaseRole role) {
  const auto found = std::ranges::find(region.nodes, role, &model::ObservedDatabaseNode::role);
  return found == region.nodes.end() ? nullptr : &*found;
}

bool asks_for_synchrony(const model::Stack& stack) {
  return stack.database.cross_region == model::CrossRegionReplication::synchronous;
}

struct Sighting {
  AssetState state = AssetState::absent;
  base::ZoneName zone;
  std::string detail;
};

Sighting look_up(const model::ObservedRegion& region, const ExpectedAsset& expected) {
  if (expected.kind == model::AssetKind::database_node) {
    const auto* node = find_node(region, expected.id.name);
    return node == nullptr ? Sighting{} : Sighting{node->state, node->zone, node->detail};
  }
  const auto* asset = find_asset(region.assets, expected.id);
  return asset == nullptr ? Sighting{} : Sighting{asset->state, asset->zone, asset->detail};
}

Check check_deployed(const Evidence& evidence, const model::ObservedRegion& region, std::string id, std::string title) {
  CheckBuilder check(std::move(id), std::move(title));
  if (!region.reachable) {
    check.fail(fmt::format("{} does not answer", region.name.value));
    return check.take();
  }
  int ready = 0;
  std::set<std::string> zones;
  for (const auto& expected : evidence.expected) {
    if (expected.id.region != region.name) continue;
    const auto seen = look_up(region, expected);
    if (seen.state == AssetState::ready) {
      ++ready;
      zones.insert(seen.zone.value);
      if (!expected.zone.empty() && seen.zone != expected.zone) {
        check.warn(
            fmt::format("{} is in zone {}, described in {}", expected.id.text(), seen.zone.value, expected.zone.value));
      }
    } else if (expected.required) {
      const auto detail = seen.detail.empty() ? std::string() : ": " + seen.detail;
      check.fail(fmt::format("{} is {}, expected ready{}", expected.id.text(), to_string(seen.state), detail));
    } else {
      check.note(fmt::format("{} is {}: {}", expected.id.text(), to_string(seen.state), seen.detail));
    }
  }
  check.note(fmt::format("{} parts of {} are ready, spread over {} zones", ready, region.name.value, zones.size()));
  return check.take();
}

Check check_parity(const Evidence& evidence) {
  CheckBuilder check("parity", "the standby region is an exact replica");
  if (!evidence.active_facts || !evidence.standby_facts) {
    const auto& silent = evidence.active_facts ? evidence.standby_region.name : evidence.active_region.name;
    check.fail(fmt::format("{} could not be inspected", silent.value));
    return check.take();
  }
  for (const auto& difference : differences(*evidence.active_facts, *evidence.standby_facts)) {
    check.fail(difference.text());
  }
  std::size_t compared = 0;
  for (const auto& [part, facts] : evidence.active_facts->parts) compared += facts.size();
  check.note(fmt::format("{} facts of {} parts compared; {} differences are declared to be right", compared,
                         evidence.active_facts->parts.size(), allowed_differences().size()));
  return check.take();
}

void check_replica(const Evidence& evidence, const model::ObservedDatabaseNode& replica, CheckBuilder& check) {
  const auto name = evidence.standby_region.name.value + "/" + replica.name;
  if (!replica.streaming) check.fail(fmt::format("{} does not stream: {}", name, replica.detail));
  const auto* writer = find_node(evidence.active_region, evidence.active_region.writer);
  if (writer != nullptr && writer->system_identifier != replica.system_identifier) {
    check.fail(fmt::format("{} belongs to another database cluster ({}) than the writer ({})", name,
                           replica.system_identifier, writer->system_identifier));
  }
  if (!replica.lag_ms) {
    check.fail(fmt::format("the lag of {} is not known", name));
    return;
  }
  const auto objective = evidence.stack.recovery.rpo_objective.count();
  if (*replica.lag_ms > objective && !is_synchronous(evidence.stack, evidence.active_region)) {
    check.fail(fmt::format("{} lags {} ms, the RPO objective is {} ms", name, *replica.lag_ms, objective));
  }
  const auto bytes = replica.lag_bytes.value_or(0);
  check.note(
      fmt::format("{} streams from {}, {} bytes and {} ms behind", name, replica.upstream, bytes, *replica.lag_ms));
}

Check check_replication(const Evidence& evidence) {
  CheckBuilder check("replication", "replication into the standby region moves");
  if (evidence.active_region.writer.empty()) check.fail(evidence.active_region.name.value + " has no writer");
  const auto* replica = find_role(evidence.standby_region, DatabaseRole::cross_region_replica);
  if (replica == nullptr) {
    check.fail(evidence.standby_region.name.value + " has no cross-region replica");
  } else {
    check_replica(evidence, *replica, check);
  }
  const bool wants_standby = evidence.stack.database.nodes > 1 && evidence.stack.database.synchronous_in_region;
  if (wants_standby && find_role(evidence.active_region, DatabaseRole::synchronous_standby) == nullptr) {
    check.warn(evidence.active_region.name.value +
               " has no synchronous standby: losing the writer's node may lose writes");
  }
  return check.take();
}

/// How far the replica has replayed does not matter where a write is acknowledged only once it is on the replica's
/// disk.
Check check_synchrony(const Evidence& evidence) {
  CheckBuilder check("synchronous", "a write is acknowledged once it is in both regions");
  const auto& active = evidence.active_region;
  if (!active.reachable) {
    check.fail(fmt::format("{} does not answer", active.name.value));
  } else if (is_synchronous(evidence.stack, active)) {
    check.note(fmt::format("every commit in {} waits for {}", active.name.value, active.synchronous_replica));
  } else {
    const auto sentence = not_synchronous(active.name);
    const bool nothing_may_be_lost = evidence.stack.recovery.rpo_objective.count() == 0;
    nothing_may_be_lost ? check.fail(sentence) : check.warn(sentence);
  }
  return check.take();
}

Check check_marker(const Evidence& evidence) {
  CheckBuilder check("marker", evidence.stack.web.marker_path.empty()
                                   ? "a write to the active region arrives in the standby region"
                                   : "a write through the front door arrives in the standby region");
  const auto& marker = evidence.marker;
  if (marker.served_by.empty()) {
    check.fail(
        fmt::format("marker {} was not acknowledged at {}: {}", marker.number, marker.written_through, marker.problem));
  } else if (!marker.lag) {
    check.fail(fmt::format("marker {} was acknowledged by {} and not seen in {}: {}", marker.number, marker.served_by,
                           evidence.standby_region.name.value, marker.problem));
  } else {
    const bool late = *marker.lag > evidence.stack.recovery.rpo_objective;
    if (late && !is_synchronous(evidence.stack, evidence.active_region)) {
      check.fail(fmt::format("marker {} took {} ms, the RPO objective is {} ms", marker.number, marker.lag->count(),
                             evidence.stack.recovery.rpo_objective.count()));
    }
    check.note(fmt::format("marker {} written through {}, acknowledged by {}, seen in {} after {} ms", marker.number,
                           marker.written_through, marker.served_by, evidence.standby_region.name.value,
                           marker.lag->count()));
  }
  return check.take();
}

Check check_dns(const Evidence& evidence) {
  CheckBuilder check("dns", "the front door's name points at the active region");
  const auto& dns = evidence.dns;
  const auto server = fmt::format("{}:{}", dns.server, dns.port);
  if (!dns.answered) {
    check.fail(fmt::format("the DNS server {} does not answer for {}", server, dns.name));
    return check.take();
  }
  if (dns.answer != std::vector{evidence.active_door_address}) {
    check.fail(fmt::format("{} answers {} for {}, expected {} ({})", server, fmt::join(dns.answer, ", "), dns.name,
                           evidence.active_door_address, evidence.active.value));
  }
  if (dns.ttl_s != evidence.stack.dns.ttl.count()) {
    check.warn(
        fmt::format("{} has a TTL of {} s, described with {} s", dns.name, dns.ttl_s, evidence.stack.dns.ttl.count()));
  }
  check.note(fmt::format("{} answers {} for {}, TTL {} s", server, fmt::join(dns.answer, ", "), dns.name, dns.ttl_s));
  return check.take();
}

Check check_runbook(const Evidence& evidence) {
  CheckBuilder check("runbook", "a failover does not need the active region");
  if (std::ranges::find(evidence.runbook_regions, evidence.active) != evidence.runbook_regions.end()) {
    check.fail(fmt::format("the failover plan calls into {}, the region that would be lost", evidence.active.value));
  }
  check.note(fmt::format("the failover plan calls into {} region(s), {} is fenced from outside",
                         evidence.runbook_regions.size(), evidence.active.value));
  return check.take();
}

}  // namespace

Verdict assess(const Evidence& evidence) {
  Verdict verdict;
  verdict.checks = {
      check_deployed(evidence, evidence.active_region, "active-deployed", "the active region is deployed as described"),
      check_deployed(evidence, evidence.standby_region, "standby-deployed",
                     "the standby region is deployed as described"),
      check_parity(evidence),
      check_replication(evidence),
      check_marker(evidence),
      check_dns(evidence),
      check_runbook(evidence),
  };
  if (asks_for_synchrony(evidence.stack)) {
    const auto after = std::ranges::find(verdict.checks, "replication", &Check::id) + 1;
    verdict.checks.insert(after, check_synchrony(evidence));
  }
  verdict.ready =
      std::ranges::none_of(verdict.checks, [](const Check& check) { return check.state == CheckState::failed; });
  return verdict;
}

std::vector<std::string> Verdict::findings() const {
  std::vector<std::string> sentences;
  for (const auto state : {CheckState::failed, CheckState::warning}) {
    for (const auto& check : checks) {
      if (check.state == state && !check.evidence.empty()) sentences.push_back(check.evidence.front());
    }
  }
  return sentences;
}

std::optional<base::Milliseconds> predicted_loss(const Evidence& evidence) {
  const auto* replica = find_role(evidence.standby_region, DatabaseRole::cross_region_replica);
  if (replica == nullptr || !replica->lag_ms) return std::nullopt;
  return predicted_loss(evidence.stack, is_synchronous(evidence.stack, evidence.active_region),
                        base::Milliseconds{*replica->lag_ms});
}

std::optional<base::Milliseconds> predicted_loss(const model::Stack& stack, bool synchronous,
                                                 std::optional<base::Milliseconds> lag) {
  if (synchronous) return base::Milliseconds{0};
  if (asks_for_synchrony(stack) && stack.recovery.rpo_objective.count() == 0) return std::nullopt;
  return lag;
}

std::string not_synchronous(const base::RegionName& active) {
  return fmt::format("cross-region replication is not synchronous now, a loss of {} would lose writes", active.value);
}

bool is_synchronous(const model::Stack& stack, const model::ObservedRegion& active) {
  return asks_for_synchrony(stack) && active.reachable && !active.synchronous_replica.empty();
}

std::string_view to_string(CheckState state) {
  switch (state) {
    case CheckState::passed:
      return "passed";
    case CheckState::warning:
      return "warning";
    case CheckState::failed:
      return "failed";
  }
  std::unreachable();
}

}  // namespace lifeboat::readiness
