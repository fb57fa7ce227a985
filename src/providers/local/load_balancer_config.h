#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "model/observed.h"
#include "providers/local/layout.h"

namespace lifeboat::local {

/// What a region's load balancer is made from.
struct LoadBalancerSetup {
  base::RegionName region;
  base::RegionName peer_region;
  Endpoint door;
  Endpoint metrics;
  Endpoint peer_door;
  std::vector<Placement> instances;
  std::string health_path;
  std::filesystem::path lease_page;  ///< StackPaths' of the region: until when writes may be acknowledged.
};

inline constexpr const char* runtime_socket_name = "ha.sock";
inline constexpr const char* traffic_map_name = "traffic.map";
inline constexpr const char* lease_gate_name = "lease_gate.lua";
inline constexpr const char* instances_backend = "instances";
/// What clients reach.
inline constexpr const char* door_frontend = "door";
/// Answered by the load balancer itself, in every mode.
inline constexpr const char* door_path = "/lifeboat/door";

/// haproxy.cfg. Pure. The mode is not in it: it stands in the traffic map, which HAProxy reads at its start and which
/// its runtime socket changes without a reload, so that a change is instant and outlives a restart.
std::string load_balancer_configuration(const LoadBalancerSetup& setup);

/// The content of the traffic map.
std::string traffic_map(model::TrafficMode mode);
/// The reverse; closed for whatever cannot be read.
model::TrafficMode mode_of_traffic_map(const std::string& content);

}  // namespace lifeboat::local
