#pragma once

#include "engine/input.h"
#include "engine/stepper.h"

namespace lifeboat::engine {

// Several controllers may be started by mistake, each with a journal of its own. The one that leads is the one whose
// term the *seat* obeys: the agent outside both regions. Two things follow from it. A controller grants only while the
// seat has confirmed it a moment ago, so that one that has been superseded, and cannot know, stops by itself. And a
// journal is worth what its last term is: when another controller has led since, it is out of date, whatever it says,
// and nothing is decided from it before both agents, obeying this controller, have said who reigns.

/// Notes the term that this process took, and whether its journal is the one of the controller that led last.
void take_leads(Stepper& stepper, const Leads& leads);
/// The seat has confirmed this controller.
void take_seat(Stepper& stepper, const SeatConfirmed& seat);

/// For how long a confirmation counts.
base::Milliseconds seat_validity(const State& state);
/// This controller may grant. Always true in a world without a seat, where nobody says Leads.
bool holds_seat(const State& state, base::Instant now);

/// Takes what both agents know in place of a journal that is behind.
void adopt_if_behind(Stepper& stepper);
/// All that a running `up` may do meanwhile: bring up the agents that have to be asked.
void start_regions_while_behind(Stepper& stepper);

}  // namespace lifeboat::engine
