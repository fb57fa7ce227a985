#pragma once

#include "base/error.h"
#include "engine/effect.h"
#include "ports/clock.h"
#include "providers/local/bootstrap.h"
#include "providers/local/secrets.h"

namespace lifeboat::controller {

/// Compares what the stack's load clients wrote down with the data of the region that serves now. Waits, for a few
/// seconds at most, until every client that is still running has seen an acknowledged write of that region. A stack
/// without clients is no error.
base::Result<engine::ClientView> measure_clients(const local::InstalledStack& installed, const local::Secrets& secrets,
                                                 ports::Clock& clock, const base::RegionName& active,
                                                 const engine::MeasureClients& effect);

}  // namespace lifeboat::controller
