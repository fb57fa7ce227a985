#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/units.h"

namespace lifeboat::model {

enum class AssetKind {
  network,
  database_node,
  connection_pool,
  web_instance,
  load_balancer,
  metrics_server,
  alert_manager,
  exporter,
  dashboard,
  dns_server,
  dns_record,
  monitoring_cluster,  ///< A Kubernetes cluster with its nodes.
};

enum class AssetState {
  absent,    ///< Not there, and nothing of it is.
  starting,  ///< Its process runs and does not serve yet.
  ready,     ///< Serves, as its own health check says.
  failing,   ///< Its process runs or restarts, and the health check fails.
  stopped,   ///< There on disk, not running.
  unknown,   ///< Nobody who could know has answered.
};

enum class RegionRole { none, active, standby };

/// What a region's load balancer does with a request.
enum class TrafficMode {
  closed,   ///< Answers 503 with Retry-After: this region may not serve.
  serve,    ///< Spreads over the region's own instances.
  forward,  ///< Passes on to the other region's load balancer.
};

enum class DatabaseRole {
  none,
  writer,
  synchronous_standby,
  asynchronous_standby,
  cross_region_replica,
  cascading_standby
};

/// What a load balancer has counted since its process began: clients' requests, and answers of 5xx among them.
struct ObservedTraffic {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
};

/// One asset as it was seen.
struct ObservedAsset {
  base::AssetId id;
  AssetKind kind = AssetKind::network;
  base::ZoneName zone;
  AssetState state = AssetState::unknown;
  std::string detail;  ///< What was seen when it is not ready, for the operator.
  std::string address;
  std::uint16_t port = 0;
  int pid = 0;
  std::string version;
  std::optional<ObservedTraffic> traffic{};  ///< Of a load balancer.
  std::map<std::string, std::string> facts;  ///< What parity compares: settings, live servers, rules …
};

struct ObservedDatabaseNode {
  std::string name;
  base::ZoneName zone;
  std::string address;
  std::uint16_t port = 0;
  AssetState state = AssetState::unknown;
  DatabaseRole role = DatabaseRole::none;
  std::string detail;
  std::string system_identifier;
  std::uint32_t timeline = 0;
  base::Lsn position;  ///< Written (writer) or received (replica).
  base::Lsn replayed;  ///< Equal to position on a writer.
  bool streaming = false;
  bool accepts_writes = false;
  std::string upstream;  ///< "address:port" of what it replicates from; empty on a writer.
  std::optional<std::uint64_t> lag_bytes;
  std::optional<std::int64_t> lag_ms;
  int pid = 0;
};

/// A region as its agent saw it, or as it looks when its agent does not answer (reachable = false, everything unknown).
struct ObservedRegion {
  base::RegionName name;
  bool reachable = false;
  RegionRole role = RegionRole::none;
  base::Epoch epoch;  ///< The newest epoch that the region's agent knows.
  TrafficMode traffic = TrafficMode::closed;
  bool writes_held = false;
  /// How long the region may still acknowledge writes without a new lease; nothing when it wants none.
  std::optional<base::Milliseconds> lease_left{};
  std::string writer;  ///< The name of the node that accepts writes, if any.
  /// The other region's node that has every acknowledged write and for which every commit waits ("us-west-1/db-1");
  /// empty when commits do not wait for the other region.
  std::string synchronous_replica;
  std::vector<ObservedDatabaseNode> nodes;
  std::vector<ObservedAsset> assets;  ///< Everything but the database nodes.
  base::WallTime seen_at{};
};

/// What parity compares between the regions, by part ("database", "web-1", "lb" …): settings, versions, schema, rules.
/// Dear to collect.
struct RegionFacts {
  base::RegionName region;
  std::map<std::string, std::map<std::string, std::string>> parts;
};

struct ObservedDns {
  bool answered = false;
  std::string server;
  std::uint16_t port = 0;
  std::string name;
  std::vector<std::string> answer;
  std::int64_t ttl_s = 0;
};

std::string_view to_string(AssetKind kind);
std::string_view to_string(AssetState state);
std::string_view to_string(RegionRole role);
std::string_view to_string(TrafficMode mode);
std::string_view to_string(DatabaseRole role);

}  // namespace lifeboat::model
