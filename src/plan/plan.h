#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "model/assets.h"
#include "model/observed.h"
#include "model/stack.h"

namespace lifeboat::plan {

enum class Action {
  keep,    ///< As described already.
  ensure,  ///< Missing or not serving: `up` makes it.
  remove,  ///< Seen, and not described.
};

struct Step {
  base::AssetId asset;
  model::AssetKind kind = model::AssetKind::network;
  Action action = Action::ensure;
  std::string reason;                     ///< One clause for the operator: "absent", "its health check fails: …".
  std::vector<base::AssetId> depends_on;  ///< Only steps of the same plan; what is not listed may run at once.
};

/// What would have to be done, in the layout's order. Steps with Action::keep are listed too, so that a plan explains
/// itself.
struct Plan {
  base::RegionName active_region;
  std::vector<base::RegionName>
      regions;  ///< The regions it builds; a region that needs reprotect first is not among them.
  std::vector<Step> steps;

  bool changes_nothing() const;
};

/// Who reigns when the plan is made; for a new stack the home region, and the standby region is part of the plan.
struct Reign {
  base::RegionName active_region;
  /// False after a failover: the other region's database has to be made a replica by `reprotect`, not by `up`.
  bool standby_belongs = true;
};

/// Described against observed. Pure. `observed` may lack regions: everything of them counts as absent.
Plan make_plan(const model::Stack& stack, const Reign& reign, const std::vector<model::ObservedRegion>& observed,
               const std::vector<model::ObservedAsset>& observed_global);

/// The plan as text, one line a step, for `lifeboat plan` and for golden tests.
std::string explain(const Plan& plan);

std::string_view to_string(Action action);

}  // namespace lifeboat::plan
