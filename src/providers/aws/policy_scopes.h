#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/stack.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

/// Where an action is allowed: ARNs, and what must be true besides.
struct PolicyScope {
  std::vector<std::string> resources;
  std::string condition = "null";  ///< The statement's, as JSON text.
};

/// The scope of this name for this stack; nothing where the stack has no such thing. By names (names.h) where a thing's
/// name is ours, by the tag lifeboat:stack where AWS gives the name and IAM looks at tags, "any" where IAM knows no
/// resource for the action. Asserts for a name that it does not know. Pure.
std::vector<PolicyScope> policy_scopes(std::string_view name, const model::Stack& stack, const Names& names);

}  // namespace lifeboat::aws_world
