#include "readiness/parity.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace lifeboat::readiness {
namespace {

using Facts = std::map<std::string, std::string>;

bool allowed(std::string_view part, std::string_view fact) {
  return std::ranges::any_of(allowed_differences(), [&](const AllowedDifference& entry) {
    return (entry.part == "*" || entry.part == part) && entry.fact == fact;
  });
}

std::string value_of(const Facts& facts, const std::string& fact) {
  const auto found = facts.find(fact);
  return found == facts.end() ? "(absent)" : found->second;
}

template <class Map>
void add_keys(std::set<std::string>& keys, const Map& map) {
  for (const auto& [key, value] : map) keys.insert(key);
}

const Facts* part_of(const model::RegionFacts& region, const std::string& part) {
  const auto found = region.parts.find(part);
  return found == region.parts.end() ? nullptr : &found->second;
}

std::string presence(const Facts* part) {
  return part == nullptr ? "(absent)" : "there";
}

}  // namespace

std::string Difference::text() const {
  if (fact.empty()) {
    return fmt::format("{}: nothing could be found out about it in the {} region", part,
                       active == "(absent)" ? "active" : "standby");
  }
  return fmt::format("{}: {} is '{}' in the active region and '{}' in the standby region", part, fact, active, standby);
}

const std::vector<AllowedDifference>& allowed_differences() {
  static const std::vector<AllowedDifference> entries = {
      {"database", "setting cluster_name", "names the node"},
      {"database", "setting lifeboat_lease.file", "each region has a lease of its own"},
      {"database", "setting listen_addresses", "each node has its own address"},
      {"database", "setting primary_conninfo", "a writer replicates from nobody"},
      {"database", "setting synchronous_standby_names", "only a writer waits for a standby"},
      {"database", "setting recovery_target_timeline", "only a replica follows a timeline"},
      {"database", "setting transaction_read_only", "follows from the role"},
      {"database", "backups", "RDS begins a replica's backups with its promotion"},
      {"database", "setting default_transaction_read_only", "follows from the role"},
  };
  return entries;
}

std::vector<Difference> differences(const model::RegionFacts& active, const model::RegionFacts& standby) {
  std::set<std::string> parts;
  add_keys(parts, active.parts);
  add_keys(parts, standby.parts);
  std::vector<Difference> found;
  for (const auto& part : parts) {
    const auto* ours = part_of(active, part);
    const auto* theirs = part_of(standby, part);
    if (ours == nullptr || theirs == nullptr) {
      found.push_back({part, "", presence(ours), presence(theirs)});
      continue;
    }
    std::set<std::string> facts;
    add_keys(facts, *ours);
    add_keys(facts, *theirs);
    for (const auto& fact : facts) {
      const auto left = value_of(*ours, fact);
      const auto right = value_of(*theirs, fact);
      if (left != right && !allowed(part, fact)) found.push_back({part, fact, left, right});
    }
  }
  return found;
}

}  // namespace lifeboat::readiness
