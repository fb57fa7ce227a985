#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/units.h"
#include "model/observed.h"
#include "model/stack.h"

namespace lifeboat::readiness {

/// A part that the stack file describes, as verify expects to find it.
struct ExpectedAsset {
  base::AssetId id;
  model::AssetKind kind = model::AssetKind::network;
  base::ZoneName zone;
  bool required = true;  ///< False for what runs only where the machine has it (Grafana).
};

/// A numbered marker written through the front door and looked for on the standby region's replica.
struct MarkerEvidence {
  std::int64_t number = 0;
  std::string
      written_through;    ///< "http://api.example.test:8080", or the pool where the application has no marker endpoint.
  std::string served_by;  ///< The region that acknowledged it; empty when none did.
  std::optional<base::Milliseconds> lag;  ///< Acknowledged → seen on the replica; empty when it was not seen in time.
  std::string problem;                    ///< What went wrong, for the operator.
};

/// Everything the checks look at, collected by somebody else. Nothing in it is changed.
struct Evidence {
  model::Stack stack;
  base::RegionName active;
  base::Epoch epoch;
  model::ObservedRegion active_region;
  model::ObservedRegion standby_region;
  std::vector<ExpectedAsset> expected;
  std::vector<model::ObservedAsset> global_assets;
  std::optional<model::RegionFacts> active_facts;
  std::optional<model::RegionFacts> standby_facts;
  model::ObservedDns dns;
  std::string active_door_address;  ///< What the front door's name must answer.
  MarkerEvidence marker;
  std::vector<base::RegionName> runbook_regions;  ///< Regions that the failover plan calls into, the fence apart.
};

}  // namespace lifeboat::readiness
