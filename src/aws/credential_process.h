#pragma once

#include "aws/credential_link.h"

namespace lifeboat::aws {

/// Runs a profile's credential_process by the shell, as AWS's tools do, and reads what it prints; within a minute, in
/// which its user may have to press something. Its messages go where ours go. Nothing it prints gets into a failure.
Found run_credential_process(const std::string& command, base::Milliseconds limit = base::Milliseconds(60'000));

}  // namespace lifeboat::aws
