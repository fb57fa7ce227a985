#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "model/stack.h"

namespace lifeboat::local {

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;

  std::string text() const { return address + ":" + std::to_string(port); }
  bool operator==(const Endpoint&) const = default;
};

/// A process of a region: which asset, in which zone, listening where.
struct Placement {
  std::string name;  ///< "web-1", "db-2", "prometheus-1" …: unique in the region, also the name of its folder.
  base::ZoneName zone;
  Endpoint endpoint;
};

/// Where everything of one region listens.
struct RegionLayout {
  base::RegionName name;
  std::string address_prefix;  ///< "127.10.": every address of the region begins so, and none outside it does.
  Endpoint agent;
  Placement load_balancer;  ///< The region's door.
  Endpoint load_balancer_metrics;
  Placement pool;  ///< pgbouncer; applications connect to it.
  std::vector<Placement> database_nodes;
  std::vector<Placement> web_instances;
  std::vector<Placement> metrics_servers;  ///< Prometheus.
  std::vector<Placement> alert_managers;
  std::vector<Placement> exporters;       ///< One PostgreSQL exporter for each database node, same order.
  std::vector<Placement> node_exporters;  ///< One: the zones share the machine.
  std::vector<Placement> dashboards;      ///< Grafana, where a binary is found.
};

/// Where everything of a stack listens in loopback mode: a region is a 127.x/16, a zone a /24, an instance an address.
/// A slot is a number that two stacks on one machine never share; slot 0 is 127.10 (home), 127.20 (standby), 127.30
/// (outside both).
struct Layout {
  int slot = 0;
  RegionLayout home;
  RegionLayout standby;
  std::string global_prefix;
  Endpoint controller;
  Endpoint global_agent;
  Placement dns;     ///< PowerDNS, the port that answers queries (UDP and TCP).
  Endpoint dns_api;  ///< PowerDNS' HTTP API.

  const RegionLayout& region(const base::RegionName& name) const;
  const RegionLayout& other(const base::RegionName& name) const;
};

inline constexpr int slot_count = 80;

/// Pure: the same stack and slot give the same layout in every process. `slot` is in [0, slot_count).
Layout make_layout(const model::Stack& stack, int slot);

}  // namespace lifeboat::local
