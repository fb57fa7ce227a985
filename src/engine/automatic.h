#pragma once

#include "engine/stepper.h"

namespace lifeboat::engine {

/// In automatic mode: starts a failover when the active region is lost as seen from here, from the other region's agent
/// and through its front door, and everything else allows it; else records, once, why none goes.
void fire_if_automatic(Stepper& stepper);

}  // namespace lifeboat::engine
