#include "providers/aws/database_nodes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace lifeboat::aws_world {
namespace {

using model::AssetState;
using model::DatabaseRole;
using model::ObservedDatabaseNode;

struct StatusMeaning {
  std::string_view status;
  AssetState state;
};
/// What RDS and Aurora say of a database whose clients are served, or that comes or goes. Everything else is trouble.
constexpr std::array status_meanings{
    StatusMeaning{"available", AssetState::ready},
    StatusMeaning{"backing-up", AssetState::ready},
    StatusMeaning{"configuring-enhanced-monitoring", AssetState::ready},
    StatusMeaning{"configuring-iam-database-auth", AssetState::ready},
    StatusMeaning{"configuring-log-exports", AssetState::ready},
    StatusMeaning{"creating", AssetState::starting},
    StatusMeaning{"deleting", AssetState::stopped},
    StatusMeaning{"failing-over", AssetState::starting},
    StatusMeaning{"maintenance", AssetState::starting},
    StatusMeaning{"modifying", AssetState::ready},
    StatusMeaning{"moving-to-vpc", AssetState::starting},
    StatusMeaning{"promoting", AssetState::starting},
    StatusMeaning{"rebooting", AssetState::starting},
    StatusMeaning{"renaming", AssetState::starting},
    StatusMeaning{"resetting-master-credentials", AssetState::ready},
    StatusMeaning{"starting", AssetState::starting},
    StatusMeaning{"stopped", AssetState::stopped},
    StatusMeaning{"stopping", AssetState::stopped},
    StatusMeaning{"storage-config-upgrade", AssetState::ready},
    StatusMeaning{"storage-initialization", AssetState::ready},
    StatusMeaning{"storage-optimization", AssetState::ready},
    StatusMeaning{"update-iam-db-auth", AssetState::ready},
    StatusMeaning{"upgrading", AssetState::starting},
};

AssetState meaning_of(std::string_view status) {
  const auto found = std::ranges::find(status_meanings, status, &StatusMeaning::status);
  return found == status_meanings.end() ? AssetState::failing : found->state;
}

void set_state(ObservedDatabaseNode& node, std::string_view status) {
  node.state = meaning_of(status);
  if (node.state != AssetState::ready) node.detail = fmt::format("RDS says '{}'", status);
}

bool is_fenced(const RegionDuty& duty) {
  return duty.duty.fenced_through.value > 0 && duty.duty.fenced_through >= duty.duty.writes_in;
}

bool admits_somebody(const Inventory& seen) {
  return seen.database_security_group && !seen.database_security_group->ingress.empty();
}

/// A writer by its kind, whatever its state, may take writes.
bool may_write(const Inventory& seen) {
  return seen.database.source.empty() && admits_somebody(seen) && seen.duty && !is_fenced(*seen.duty);
}

/// An ARN's region and name: "us-east-2/shop-db".
std::string short_source(const std::string& source) {
  if (!source.starts_with("arn:")) return source;
  std::array<std::string, 7> parts;
  std::size_t begin = 0;
  for (std::size_t index = 0; index < parts.size() && begin <= source.size(); ++index) {
    const auto end = index + 1 == parts.size() ? source.size() : std::min(source.find(':', begin), source.size());
    parts.at(index) = source.substr(begin, end - begin);
    begin = end + 1;
  }
  return parts[3] + "/" + parts[6];
}

/// The node that follows the other region's writer.
void set_replica(ObservedDatabaseNode& node, const SeenDatabase& database) {
  node.role = DatabaseRole::cross_region_replica;
  node.upstream = short_source(database.source);
  node.streaming = database.replicates && node.state == AssetState::ready;
  node.lag_ms = database.lag_ms;
  if (node.detail.empty()) node.detail = database.replication_problem;
}

ObservedDatabaseNode instance_node(const Inventory& seen) {
  const auto& database = seen.database;
  ObservedDatabaseNode node;
  node.name = "db-1";
  if (!database.exists) {
    node.state = AssetState::absent;
    node.detail = "there is no such database";
    return node;
  }
  node.zone = base::ZoneName{database.zone};
  node.address = database.endpoint;
  node.port = static_cast<std::uint16_t>(database.port);
  set_state(node, database.status);
  if (!database.source.empty()) {
    set_replica(node, database);
    return node;
  }
  node.role = DatabaseRole::writer;
  node.accepts_writes = may_write(seen) && node.state == AssetState::ready;
  return node;
}

/// Multi-AZ's standby has no address: RDS moves the instance's.
ObservedDatabaseNode standby_node(const ObservedDatabaseNode& instance, const SeenDatabase& database) {
  ObservedDatabaseNode node;
  node.name = "db-2";
  node.zone = base::ZoneName{database.second_zone};
  node.state = AssetState::absent;
  const bool is_coming = std::ranges::find(database.pending, "MultiAZ") != database.pending.end();
  if (!database.exists) {
    node.detail = instance.detail;
  } else if (is_coming) {
    node.state = AssetState::starting;
    node.detail = "RDS has a change of Multi-AZ to make";
  } else if (!database.multi_az) {
    node.detail = "the database is not Multi-AZ";
  } else {
    node.state = instance.state;
    if (node.state != AssetState::ready) node.detail = instance.detail;
    node.role =
        instance.role == DatabaseRole::writer ? DatabaseRole::synchronous_standby : DatabaseRole::cascading_standby;
    node.streaming = node.state == AssetState::ready;
    node.upstream = instance.name;
  }
  return node;
}

ObservedDatabaseNode member_node(const Inventory& seen, const SeenMember& member, bool is_first) {
  const auto& database = seen.database;
  ObservedDatabaseNode node;
  node.name = member.name;
  node.zone = base::ZoneName{member.zone};
  node.address = member.endpoint;
  node.port = static_cast<std::uint16_t>(database.port);
  set_state(node, member.status);
  // The cluster's own trouble is that of each of its instances.
  if (node.state == AssetState::ready) set_state(node, database.status);
  node.streaming = node.state == AssetState::ready;
  if (!database.source.empty()) {
    node.role = DatabaseRole::cascading_standby;
    if (is_first) set_replica(node, database);
    return node;
  }
  node.role = member.is_writer ? DatabaseRole::writer : DatabaseRole::synchronous_standby;
  node.accepts_writes = member.is_writer && may_write(seen) && node.state == AssetState::ready;
  node.streaming = node.streaming && !member.is_writer;
  return node;
}

ObservedDatabaseNode absent_node(int number) {
  ObservedDatabaseNode node;
  node.name = fmt::format("db-{}", number);
  node.state = AssetState::absent;
  node.detail = "the cluster has no such instance";
  return node;
}

std::vector<ObservedDatabaseNode> aurora_nodes(const Inventory& seen, int described) {
  std::vector<ObservedDatabaseNode> nodes;
  // The replica of a region is the first of its instances that serves.
  const auto serving = std::ranges::find_if(
      seen.database.members, [](const auto& member) { return meaning_of(member.status) == AssetState::ready; });
  const auto first = serving == seen.database.members.end() ? seen.database.members.begin() : serving;
  for (auto member = seen.database.members.begin(); member != seen.database.members.end(); ++member) {
    nodes.push_back(member_node(seen, *member, member == first));
  }
  for (int number = 1; number <= described; ++number) {
    const auto name = fmt::format("db-{}", number);
    if (std::ranges::find(nodes, name, &ObservedDatabaseNode::name) == nodes.end())
      nodes.push_back(absent_node(number));
  }
  return nodes;
}

}  // namespace

std::vector<ObservedDatabaseNode> database_nodes(const Inventory& seen, const model::Stack& stack) {
  if (stack.database.service == model::DatabaseService::aurora_global) return aurora_nodes(seen, stack.database.nodes);
  std::vector nodes{instance_node(seen)};
  if (stack.database.nodes > 1) nodes.push_back(standby_node(nodes.front(), seen.database));
  return nodes;
}

}  // namespace lifeboat::aws_world
