#pragma once

#include "cli/context.h"
#include "cli/stack_source.h"
#include "providers/local/paths.h"

namespace lifeboat::cli {

/// Prints what `up` would do with the stack: as its controller sees it where one answers, else against nothing at all.
Outcome show_plan(Context& context, const StackSource& source, const local::StackPaths& paths);

}  // namespace lifeboat::cli
