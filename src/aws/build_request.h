#pragma once

#include "aws/endpoint.h"
#include "aws/json.h"
#include "aws/operation.h"
#include "aws/request.h"

namespace lifeboat::aws {

/// The operation's request, unsigned. Pure. Errors: aws_refused where the input is not what the row takes.
base::Result<Request> build_request(const Call& call, const Json& input, const Endpoint& endpoint);

/// The fields of a form as the Query protocols spell them, checked input given; a presigned request carries them in its
/// query.
Fields form_fields(const Call& call, const Json& input);

}  // namespace lifeboat::aws
