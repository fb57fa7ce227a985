#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/json.h"
#include "model/stack.h"

namespace lifeboat::aws_world {

/// Who a policy is for. Each may do what those before it may.
enum class PolicyRole {
  observer,     ///< status, verify, plan of what stands: reads, and no secret.
  mover,        ///< failover, switchover, failback, reprotect: also moves the writer and the name.
  provisioner,  ///< up, down: also makes and removes, through CloudFormation.
};

/// "observer", "operator", "provisioner".
std::string_view to_string(PolicyRole role);
/// Nothing where the word is none of them.
std::optional<PolicyRole> policy_role(std::string_view word);

/// What IAM holds in one managed policy, in characters without white space.
inline constexpr std::size_t managed_policy_limit = 6144;

/// The least that the role needs for this stack, as IAM policy documents, each within the limit: all of them together
/// are the policy. Derived from the tables of policy_tables.h. Pure. `account` is twelve digits, or "*" where it is not
/// known.
std::vector<aws::Json> policy_documents(const model::Stack& stack, const std::string& account, PolicyRole role);

/// Its size as IAM counts it.
std::size_t policy_size(const aws::Json& document);

}  // namespace lifeboat::aws_world
