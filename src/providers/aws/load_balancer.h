#pragma once

#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "model/observed.h"
#include "model/stack.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// What the load balancer's own answer says while the region is closed.
inline constexpr std::string_view closed_text = "Lifeboat has closed this region.";

/// The name under which it answers. aws_missing when there is none.
base::Result<std::string> load_balancer_name(const Work& work, const Names& names, const base::RegionName& region);

/// Has every listener forward to the target group, or answer 503 by itself. What a listener of an adopted load balancer
/// did before it was closed is written down in the region's bucket and given back; listeners that do not forward (a
/// redirect to HTTPS) and rules beside the default action are left alone. An application load balancer cannot add
/// Retry-After to an answer of its own.
base::Status set_traffic(const Work& work, const Names& names, const base::RegionName& region, model::TrafficMode mode);

}  // namespace lifeboat::aws_world
