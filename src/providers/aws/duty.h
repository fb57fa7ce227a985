#pragma once

#include <functional>
#include <optional>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "engine/agent_duty.h"
#include "model/observed.h"

namespace lifeboat::aws_world {

/// What a region must not forget, kept in the region's own bucket because the region has no agent.
struct RegionDuty {
  engine::AgentDuty duty;
  model::TrafficMode traffic = model::TrafficMode::closed;
  bool writes_held = false;
  /// Where the writer stood when a planned fence stopped it; nothing while it is not fenced so.
  std::optional<base::Lsn> final_position{};
  base::WallTime discarded_through{};  ///< Drills that began up to then are over here.
  bool operator==(const RegionDuty&) const = default;
};

/// Where regions' duties are kept: an object of each region's bucket, changed by conditional writes only, so that of
/// two controllers that change it at once one is refused and looks again. Callable from any thread.
class DutyStore {
 public:
  virtual ~DutyStore() = default;
  /// Nothing when the region has never been started. region_unreachable when its bucket does not answer in time.
  virtual base::Result<std::optional<RegionDuty>> read(const base::RegionName& region, base::Milliseconds limit) = 0;
  /// Reads, lets `change` decide (its error is returned and nothing is written), and writes if anything is different. A
  /// region that was never started has a duty as RegionDuty begins, and is started by any change.
  /// Begins anew when somebody else wrote meanwhile. The duty as it stands afterwards.
  using Change = std::function<base::Result<RegionDuty>(RegionDuty)>;
  virtual base::Result<RegionDuty> change(const base::RegionName& region, const Change& change,
                                          base::Instant deadline) = 0;
};

}  // namespace lifeboat::aws_world
