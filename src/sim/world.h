#pragma once

#include <array>

#include "sim/checkers.h"
#include "sim/clients.h"
#include "sim/controller.h"
#include "sim/dns.h"
#include "sim/ground.h"
#include "sim/network.h"
#include "sim/region.h"

namespace lifeboat::sim {

/// Everything there is in one simulation.
struct World {
  /// The clocks are drawn from the ground's chance.
  explicit World(Ground& ground);

  Ground& ground;
  Network network;
  Checkers checkers;
  Region home;
  Region standby;
  Dns dns;
  Clients clients;
  Controller controller;
  Controller second_controller;
  WriteId last_write = 0;

  std::array<Region*, 2> regions() { return {&home, &standby}; }
  Region& region(const base::RegionName& name) { return name == home.name() ? home : standby; }
  const Region& region(const base::RegionName& name) const { return name == home.name() ? home : standby; }
  /// The controller that works, the newer one first; null when none does.
  Controller* leading();
};

}  // namespace lifeboat::sim
