#pragma once

#include <vector>

#include "engine/state.h"

namespace lifeboat::engine {

/// One effect of a phase and what has to be done before it.
struct Task {
  EffectId id;
  EffectBody body;
  std::vector<EffectId> after;  ///< Tasks of the same phase.
};

/// Builders: the tasks of a phase, from the state alone, so that a restart builds the very same ones.
using TaskBuilder = std::vector<Task> (*)(const State&, const Operation&);

std::vector<Task> building_tasks(const State& state, const Operation& operation);
std::vector<Task> fencing_tasks(const State& state, const Operation& operation);
std::vector<Task> promoting_tasks(const State& state, const Operation& operation);
std::vector<Task> directing_tasks(const State& state, const Operation& operation);
std::vector<Task> confirming_tasks(const State& state, const Operation& operation);
std::vector<Task> measuring_tasks(const State& state, const Operation& operation);
std::vector<Task> preparing_tasks(const State& state, const Operation& operation);
std::vector<Task> holding_tasks(const State& state, const Operation& operation);
std::vector<Task> unholding_tasks(const State& state, const Operation& operation);
std::vector<Task> reopening_tasks(const State& state, const Operation& operation);
std::vector<Task> draining_tasks(const State& state, const Operation& operation);
std::vector<Task> releasing_tasks(const State& state, const Operation& operation);
std::vector<Task> returning_tasks(const State& state, const Operation& operation);
std::vector<Task> reprotecting_tasks(const State& state, const Operation& operation);
std::vector<Task> cloning_tasks(const State& state, const Operation& operation);
std::vector<Task> rehearsing_tasks(const State& state, const Operation& operation);
std::vector<Task> discarding_tasks(const State& state, const Operation& operation);

/// The fence's own effect, in whichever operation.
EffectId fence_id(const Operation& operation);

/// The region that an effect talks to; empty for what lies outside both.
base::RegionName region_of(const EffectBody& body);

}  // namespace lifeboat::engine
