#pragma once

#include "base/ids.h"

namespace lifeboat::engine {

// The two regions of the tests of leases; home is the first.
inline const base::RegionName east{"us-east-2"};
inline const base::RegionName west{"us-west-1"};

}  // namespace lifeboat::engine
