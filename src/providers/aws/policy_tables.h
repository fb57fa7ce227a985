#pragma once

#include <span>
#include <string_view>

#include "providers/aws/policy.h"

namespace lifeboat::aws_world {

// What is allowed is written "action@scope+scope action@scope": an IAM action with the scopes of policy_scopes.h in
// which it is needed. Sorted, so that merges are easy. tests hold every row against the calls in the sources, the
// templates, IAM's own list of actions, and CloudFormation's schemas.

/// An operation that the program calls. The same one may stand twice, for two roles.
struct OperationRow {
  std::string_view service;  ///< As the client's table calls it.
  std::string_view operation;
  PolicyRole role = PolicyRole::observer;  ///< The least one whose commands call it.
  std::string_view needs;                  ///< Empty: AWS permits it to everybody, or it is not for this policy to say.
};
std::span<const OperationRow> operation_rows();

/// A resource type of the templates: CloudFormation makes, changes and removes it with the rights of whoever asked.
struct ResourceTypeRow {
  std::string_view type;
  std::string_view templates;  ///< Which have it: "network web", "database:rds", "database:aurora".
  std::string_view actions;    ///< Without scopes, which are the action's.
};
std::span<const ResourceTypeRow> resource_type_rows();

/// Where the actions of resource types are needed.
std::span<const std::string_view> action_scopes();

}  // namespace lifeboat::aws_world
