#pragma once

#include "base/error.h"
#include "cli/context.h"
#include "cli/stack_source.h"
#include "providers/local/paths.h"

namespace lifeboat::cli {

/// Whether the stack that is there may go on as this file describes it. Only a stack that is stopped changes, because
/// its parts read the file when they start, and nothing that its data and addresses rest on changes at all. Errors:
/// stack_exists, naming each key.
base::Status may_become(const StackSource& source, const local::StackPaths& paths);

/// Waits until no lease of another length that the stopped stack was granted can count any more: its successor's
/// controller knows the new length only. Returns at once when the length stays. Says what it waits for.
void outlast_old_leases(Context& context, const StackSource& source, const local::StackPaths& paths);

}  // namespace lifeboat::cli
