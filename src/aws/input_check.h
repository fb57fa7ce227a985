#pragma once

#include "aws/json.h"
#include "aws/shape.h"
#include "base/error.h"

namespace lifeboat::aws {

/// Whether the input has nothing that the shape does not name, everything that it requires, and values of its kinds.
/// Errors: aws_refused, naming the member; values are never named, because some are secret.
base::Status check_input(const Shape& shape, const Json& input, const std::string& where);

/// A checked value without members as it is written in forms, XML, paths and headers.
std::string text_of(const Json& value);

}  // namespace lifeboat::aws
