#pragma once

#include "engine/state.h"

namespace lifeboat::engine {

/// Aborts when the record would break a promise. Called for each record before it leaves the engine.
void assert_may_record(const State& state, const Record& record);

/// Aborts when the grant would break a promise. Called for each before it leaves the engine; `state` has the step's
/// records in it.
void assert_may_grant(const State& state, const LeaseGrant& grant);
/// The same for effects.
void assert_may_issue(const State& state, const Effect& effect);

/// Whether the operation's promotion is covered: every earlier epoch of the old region is fenced, or the operator took
/// the risk.
bool promotion_is_covered(const Operation& operation);

}  // namespace lifeboat::engine
