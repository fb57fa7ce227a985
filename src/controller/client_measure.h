#pragma once

#include <filesystem>
#include <functional>

#include "base/error.h"
#include "engine/effect.h"
#include "load/records.h"
#include "ports/clock.h"

namespace lifeboat::controller {

/// What the comparison needs of the stack; all of it outlives the call.
struct MeasureParts {
  std::filesystem::path records;  ///< The folder of the load clients' own records.
  const ports::Clock& clock;
  /// Opens the data of the region that serves now; asked only where there are records.
  std::function<base::Result<load::PresentNames>()> open_data;
};

/// Compares what the stack's load clients wrote down with the data of the region that serves now. Waits, for a few
/// seconds at most, until every client that is still running has seen an acknowledged write of that region. A stack
/// without clients is no error.
base::Result<engine::ClientView> measure_clients(const MeasureParts& parts, const base::RegionName& active,
                                                 base::WallTime counted_until, const engine::MeasureClients& effect);

}  // namespace lifeboat::controller
