#pragma once

#include <string>

#include "model/stack.h"

namespace lifeboat::model {

/// The typed stack as JSON with sorted keys, durations in the unit of their name: the same stack always gives the same
/// text.
std::string stack_to_json(const Stack& stack);

}  // namespace lifeboat::model
