#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "engine/effect.h"
#include "engine/input.h"
#include "engine/record.h"
#include "engine/state.h"

namespace lifeboat::engine {

/// Whether an operator's command was taken. Arming and disarming are no operations: their id is empty.
using Reply = base::Result<base::OperationId>;

/// All that one step says. Who calls step() must obey this order:
///  1. append `records` to the journal and sync them; when that fails, nothing below may happen and the state stays as
///  it was;
///  2. fold them into the state with fold() and put `watch` in place of the state's;
///  3. only then start `effects`, each once, in any order or at once;
///  4. only then give `reply`, so that nobody was promised what a crash forgets.
struct StepResult {
  std::vector<Record> records;  ///< Durable before anything else of this step happens outside.
  Watch watch;                  ///< Replaces state.watch; never durable.
  /// Send only after `records` are durable, each once and without waiting: what is lost is granted again soon.
  std::vector<LeaseGrant> grants;
  std::vector<Effect> effects;  ///< Start only after `records` are durable. Their answers come back as EffectFinished.
  std::vector<std::string> explanation;  ///< Sentences for the operator; all of them are in the records too.
  std::optional<Reply> reply;            ///< Set when the input was a command.
};

/// Decides what an input means. Pure: the same state and input give the same result.
StepResult step(const State& state, const Input& input);

/// Steps 2 of the order above.
void take(State& state, const StepResult& result);

/// How long the provider may work on an effect before it counts as failed.
base::Milliseconds time_limit(const EffectBody& body);

/// The regions that the effects of an operation of this kind touch, besides the fence of the old one. `verify` uses it
/// to prove that a failover never needs the region that is lost.
std::vector<base::RegionName> regions_needed(const State& state, OperationKind kind);

}  // namespace lifeboat::engine
