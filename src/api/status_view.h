#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/operation_view.h"

namespace lifeboat::api {

// What `lifeboat status --output json` prints and GET /v1/status answers: docs/json.md names every field. States are
// the words of model::AssetState, roles those of model::DatabaseRole and model::RegionRole.

struct DatabaseNodeView {
  std::string name;
  std::string zone;
  std::string role;
  std::string address;
  std::uint16_t port = 0;
  std::string state;
  std::string detail;                      ///< What was seen when it is not ready.
  std::optional<std::uint64_t> lag_bytes;  ///< Behind what it replicates from; absent on a writer and when not known.
  std::optional<std::int64_t> lag_ms;
  int pid = 0;
};

struct DatabaseView {
  std::optional<std::string> writer;  ///< The node that accepts writes, if one of this region does.
  /// The other region's node ("us-west-1/db-1") that every commit waits for and that has every acknowledged write.
  std::optional<std::string> synchronous_replica;
  std::vector<DatabaseNodeView> nodes;
};

/// A web instance, a metrics server, an alert manager, a pool, an exporter …
struct PartView {
  std::string name;
  std::string kind;
  std::string zone;
  std::string url;
  std::string state;
  std::string detail;
  int pid = 0;
};

struct RegionView {
  std::string name;
  std::string role;   ///< active, standby or none.
  std::string state;  ///< ready, degraded, starting, unreachable or absent.
  bool home = false;
  std::uint64_t epoch = 0;  ///< The newest that the region knows.
  std::string traffic;      ///< What its load balancer does: serve, forward or closed.
  bool writes_held = false;
  /// How long it may still acknowledge writes without a new lease, when it was last looked at; absent on a region that
  /// wants none.
  std::optional<std::int64_t> lease_left_ms;
  PartView load_balancer;
  DatabaseView database;
  std::vector<PartView> instances;
  std::vector<PartView> monitoring;
  std::vector<PartView> others;  ///< Connection pool and exporters.
};

struct FrontDoorView {
  std::string name;
  std::string url;  ///< Where the name leads now, by address: works in programs that cannot ask the stack's DNS server.
};

struct DnsView {
  std::string server;
  std::uint16_t port = 0;
  std::int64_t ttl_s = 0;
  std::optional<std::string> answer;
  std::string state;
};

struct ReadyView {
  std::string verdict;  ///< ready, not_ready or unknown (nobody has looked yet).
  std::vector<std::string> findings;
  /// How much a failover now would lose, as time of writing; absent when that is not known.
  std::optional<std::int64_t> predicted_loss_ms;
};

struct ArmedView {
  std::string sentence;
};

struct ControllerView {
  int pid = 0;
  std::string url;
  std::uint64_t term = 0;  ///< Agents obey the newest only; 0: it has none.
};

struct StatusView {
  std::string stack;
  std::uint64_t epoch = 0;
  std::string active_region;
  std::string home_region;
  std::optional<OperationView> operation;  ///< The one that runs, else the latest.
  std::optional<ArmedView> armed;
  ControllerView controller;
  FrontDoorView front_door;
  DnsView dns;
  std::vector<RegionView> regions;  ///< Home region first.
  ReadyView ready;
  std::vector<std::string> warnings;   ///< What else the operator must know: the audit log cannot be written …
  std::optional<std::string> failure;  ///< The controller cannot write its journal: why.

  const RegionView* region(const std::string& name) const;
};

/// The document, on one line, without a newline.
std::string to_document(const StatusView& view);
base::Result<StatusView> status_from_document(std::string_view text);

}  // namespace lifeboat::api
