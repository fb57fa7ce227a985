#pragma once

#include <string>
#include <variant>
#include <vector>

#include "providers/aws/stack_driver.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// Nothing in the template is different from the stack.
struct NoChange {};
enum class ChangeSetKind { create, update };

/// A change set that CloudFormation has worked out and nobody has carried out.
struct ChangeSet {
  std::string name;
  ChangeSetKind kind = ChangeSetKind::update;
  std::vector<ResourceChange> changes;
};

/// Makes a change set of that name and waits for it. An answer that was lost is found by the name. One that
/// CloudFormation refuses (aws_refused, with its reason) is deleted again, as is one without a change.
base::Result<std::variant<NoChange, ChangeSet>> make_change_set(const Work& work, const StackRequest& request,
                                                                ChangeSetKind kind, const std::string& name);

/// Deletes it, and the empty stack that a change set of kind create leaves behind. What is not there is fine.
void delete_change_set(const Work& work, const StackRequest& request, ChangeSetKind kind, const std::string& name);

/// Why the changes must not be made: a protected resource would be replaced or removed. aws_refused.
base::Status may_be_made(const StackRequest& request, const std::vector<ResourceChange>& changes);

}  // namespace lifeboat::aws_world
