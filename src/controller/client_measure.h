#pragma once

#include "base/error.h"
#include "engine/effect.h"
#include "ports/clock.h"
#include "providers/local/bootstrap.h"
#include "providers/local/secrets.h"

namespace lifeboat::controller {

/// What the comparison needs of the stack; all of it outlives the call.
struct MeasureParts {
  const local::InstalledStack& installed;
  const local::Secrets& secrets;
  ports::Clock& clock;
};

/// Compares what the stack's load clients wrote down with the data of the region that serves now. Waits, for a few
/// seconds at most, until every client that is still running has seen an acknowledged write of that region. A stack
/// without clients is no error.
base::Result<engine::ClientView> measure_clients(const MeasureParts& parts, const base::RegionName& active,
                                                 base::WallTime counted_until, const engine::MeasureClients& effect);

}  // namespace lifeboat::controller
