#pragma once

#include "engine/input.h"
#include "engine/stepper.h"

namespace lifeboat::engine {

/// Takes a provider's answer into the running operation. Answers nobody waits for change nothing.
void take_answer(Stepper& stepper, const EffectFinished& answer);

/// Moves the running operation as far as it goes without new answers: phases that are through, effects that are due.
void advance(Stepper& stepper);

}  // namespace lifeboat::engine
