#pragma once

#include "engine/input.h"
#include "engine/stepper.h"

namespace lifeboat::engine {

/// Counts a region's missed probes and records its loss and its return. A probe is missed when neither the agent nor
/// the load balancer answered it. A load balancer that says that the write lease of its region has ended has not.
void take_probe(Stepper& stepper, const Probe& probe);

/// Takes what was observed; records when replication between the regions became synchronous or ceased to be. A
/// readiness is kept only while the active region answers: once it is silent, no verdict about the moment before can be
/// made any more.
void take_observation(Stepper& stepper, const Observation& observation);

}  // namespace lifeboat::engine
