#pragma once

#include <string>

#include "aws/client.h"
#include "aws/endpoint.h"
#include "base/error.h"
#include "base/units.h"
#include "model/stack.h"

namespace lifeboat::aws_world {

/// LIFEBOAT_AWS_POLL: "5s", "100ms"; 5 s where it is not set. bad_flag for anything else, and for nothing or more than
/// a minute.
base::Result<base::Milliseconds> poll_interval(const aws::Environment& environment);

/// The account that the credentials belong to, from the first region that answers. aws_denied when the stack file
/// names another one.
base::Result<std::string> find_account(aws::Client& client, const model::Stack& stack);

}  // namespace lifeboat::aws_world
