#pragma once

#include "cli/chosen_stack.h"
#include "cli/context.h"

namespace lifeboat::cli {

// What commands do with an aws stack, where that is something else than with a local one.

/// Makes it, or what of it is missing or changed: shows what and for how much a month, asks, and builds. --dry-run
/// shows only.
Outcome up_on_aws(Context& context, const ChosenStack& chosen);
/// Shows what `up` would change; exit code 3 where it would refuse.
Outcome plan_on_aws(Context& context, const ChosenStack& chosen);
/// Removes it, in both regions; each database leaves a final snapshot.
Outcome down_on_aws(Context& context, const ChosenStack& chosen, bool keep_data);

}  // namespace lifeboat::cli
