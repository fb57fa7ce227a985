#pragma once

#include "engine/command.h"
#include "engine/stepper.h"

namespace lifeboat::engine {

/// Judges an operator's command; what it may do is recorded, and the reply is set either way.
void take_command(Stepper& stepper, const Command& command);

/// Starts an armed failover when its moment has come: the active region is lost and nothing runs that must finish
/// first.
void fire_if_armed(Stepper& stepper);

}  // namespace lifeboat::engine
