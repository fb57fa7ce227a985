#pragma once

#include "base/error.h"
#include "base/units.h"
#include "providers/local/layout.h"
#include "system/http_client.h"

namespace lifeboat::local {

/// Asks a region's load balancer whether the region is alive. Ok when anything answers, and does not say that the
/// region is to serve by itself and that its write lease has ended: such a region takes no writes, and when its agent
/// is silent too, nobody there is left to change that. Errors: those of the request; not_ready. Ends within the
/// time limit. Used by the connection's thread.
base::Status ask_door(system::HttpConnection& connection, const RegionLayout& region, base::Milliseconds timeout);

}  // namespace lifeboat::local
