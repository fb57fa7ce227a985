#pragma once

#include "cli/context.h"
#include "cli/controller_client.h"

namespace lifeboat::cli {

/// Arms a failover, waits until the active region is detected as lost, follows the failover to its end. Ctrl-C disarms.
Outcome fail_over_on_loss(Context& context, const OperationRequest& request);

}  // namespace lifeboat::cli
