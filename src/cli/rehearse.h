#pragma once

#include <string>

#include "cli/context.h"
#include "cli/controller_client.h"

namespace lifeboat::cli {

/// --dry-run of an operation: what it would do from where to where, in which epoch, and whether the stack is ready for
/// it. Changes nothing.
Outcome rehearse(Context& context, const ControllerClient& client, const OperationRequest& request);

/// What is asked before the operation begins, naming the regions.
std::string question_before(const OperationRequest& request, const api::StatusView& status);

}  // namespace lifeboat::cli
