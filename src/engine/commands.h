#pragma once

#include "engine/command.h"
#include "engine/stepper.h"

namespace lifeboat::engine {

/// Judges an operator's command; what it may do is recorded, and the reply is set either way.
void take_command(Stepper& stepper, const Command& command);

/// Why a failover would be refused now.
base::Status may_fail_over(const State& state, const FailoverOptions& options);
/// Records its beginning; it has been judged.
base::OperationId start_failover(Stepper& stepper, const FailoverOptions& options, Trigger trigger);
/// One probe that the agent missed is no loss yet, but reason enough not to fence the other region, which works, in
/// favour of this one.
bool is_silent(const State& state, const base::RegionName& region);

/// Starts an armed failover when its moment has come: the active region is lost and nothing runs that must finish
/// first.
void fire_if_armed(Stepper& stepper);

/// Starts the removal of what drills have left, or may have, when nothing else runs and the region answers.
void clean_up_drill(Stepper& stepper);

}  // namespace lifeboat::engine
