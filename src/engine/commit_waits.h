#pragma once

#include <optional>
#include <string>

#include "engine/region_keeper.h"

namespace lifeboat::engine {

/// A change of whom the commits of a writer wait for.
struct WaitsChange {
  Waits waits;
  std::string sentence;  ///< What changes and why, for the operator.
};

/// The part of keep() that decides whom the commits of `writer`, which is healthy, wait for: the synchronous standby of
/// its region, a replica of the other region, both or nobody. Keeps what `memory` says of them: `durable` names nobody
/// that may lack an acknowledged write. Nothing when everything is as it should be. Pure.
std::optional<WaitsChange> keep_waits(KeeperMemory& memory, const KeeperPolicy& policy, const KeeperView& view,
                                      const KeptNode& writer);

}  // namespace lifeboat::engine
