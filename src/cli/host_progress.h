#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::cli {

/// True for what is told once and stays on the screen: a CloudFormation stack as a whole, a failure, a retreat, and
/// everything that is not about a resource's way. "us-east-2 network: Vpc CREATE_IN_PROGRESS" is only of the moment.
bool is_worth_a_line(std::string_view sentence);

}  // namespace lifeboat::cli
