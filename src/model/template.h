#pragma once

#include <string>
#include <string_view>

namespace lifeboat::model {

/// The stack file that `lifeboat init` writes: every key with its default and what it is for. It parses without a
/// finding, into the same stack as the minimal file of that name and those regions. The arguments must be valid values
/// of their keys.
std::string commented_stack_file(std::string_view stack_name = "my-stack", std::string_view home_region = "us-east-2",
                                 std::string_view standby_region = "us-west-1");

}  // namespace lifeboat::model
