#pragma once

#include <string>

#include "base/error.h"
#include "cli/context.h"
#include "cli/controller_client.h"

namespace lifeboat::cli {

/// Shows an operation until it has ended: each sentence as it is said, and on a terminal what is under way, with
/// elapsed times. Goes on asking for 30 s while the controller does not answer, because an operation survives its
/// controller. Where the controller is in this process Ctrl-C ends the process, at once, and says how to go on.
base::Result<api::OperationView> follow_operation(Context& context, const ControllerClient& client,
                                                  const std::string& id);

/// Starts the operation, follows it, prints how it ended, and gives the exit code of that. Where another controller
/// left an operation without an end, that one comes to its end first, and is the result when it is of the asked kind;
/// what may supersede it does so at once. What drills have left is removed afterwards, where nobody else would.
Outcome run_operation(Context& context, const ControllerClient& client, const OperationRequest& request);

/// How an operation that has ended is told: the document, or its last words. Its exit code.
Outcome conclude(Context& context, const api::OperationView& operation);

}  // namespace lifeboat::cli
