#include "providers/aws/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/assert.h"
#include "providers/aws/policy_scopes.h"
#include "providers/aws/policy_tables.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

/// What statements have in common: who asks, and under which condition. Sorted, so that the text is always the same.
struct Ground {
  bool by_cloudformation = false;
  std::string condition;  ///< As text; "null": none.
  auto operator<=>(const Ground&) const = default;
};
using Resources = std::set<std::string>;
using Grants = std::map<Ground, std::map<std::string, Resources>>;  ///< Ground → action → resources.

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find(by), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

class Collection {
 public:
  Collection(const model::Stack& stack, const Names& names) : stack_(stack), names_(names) {}

  /// "action@scope+scope".
  void add(std::string_view need, bool by_cloudformation) {
    const auto at = need.find('@');
    LIFEBOAT_ASSERT(at != std::string_view::npos, "what is needed has a scope");
    const std::string action(need.substr(0, at));
    for (const auto scope_name : split(need.substr(at + 1), '+')) {
      for (const auto& scope : policy_scopes(scope_name, stack_, names_)) add(action, scope, by_cloudformation);
    }
  }

  const Grants& grants() const { return grants_; }

 private:
  void add(const std::string& action, const PolicyScope& scope, bool by_cloudformation) {
    for (const auto& resource : scope.resources) {
      // What may be done anyway need not be allowed once more for CloudFormation.
      if (by_cloudformation && has({false, scope.condition}, action, resource)) continue;
      grants_[{by_cloudformation, scope.condition}][action].insert(resource);
    }
  }

  bool has(const Ground& ground, const std::string& action, const std::string& resource) const {
    const auto of_ground = grants_.find(ground);
    if (of_ground == grants_.end()) return false;
    const auto of_action = of_ground->second.find(action);
    return of_action != of_ground->second.end() && of_action->second.contains(resource);
  }

  const model::Stack& stack_;
  const Names& names_;
  Grants grants_;
};

bool has_template(const model::Stack& stack, PolicyRole role, std::string_view word) {
  const bool is_database = word.starts_with("database:");
  if (stack.aws.existing.is_adopted() || role == PolicyRole::observer) return false;
  if (is_database) return (stack.database.service == model::DatabaseService::rds) == word.ends_with(":rds");
  if (role != PolicyRole::provisioner) return false;
  if (word == "monitoring") return stack.monitoring.enabled;
  return word != "dns" || stack.aws.hosted_zone.empty();
}

std::string_view need_of(std::string_view action) {
  const auto rows = action_scopes();
  const auto found = std::ranges::find_if(
      rows, [&](std::string_view row) { return row.starts_with(action) && row[action.size()] == '@'; });
  LIFEBOAT_ASSERT(found != rows.end(), "every action of a resource type has its scopes");
  return *found;
}

Grants grants_of(const model::Stack& stack, const Names& names, PolicyRole role) {
  Collection collection(stack, names);
  for (const auto& row : operation_rows()) {
    if (row.role > role) continue;
    for (const auto need : split(row.needs, ' ')) collection.add(need, false);
  }
  for (const auto& row : resource_type_rows()) {
    const auto words = split(row.templates, ' ');
    if (std::ranges::none_of(words, [&](auto word) { return has_template(stack, role, word); })) continue;
    for (const auto action : split(row.actions, ' ')) collection.add(need_of(action), true);
  }
  return collection.grants();
}

Json statement(const Ground& ground, const std::vector<std::string>& actions, const Resources& resources) {
  Json made{{"Effect", "Allow"}, {"Action", actions}, {"Resource", resources}};
  auto condition = Json::parse(ground.condition);
  if (ground.by_cloudformation) {
    condition["ForAnyValue:StringEquals"]["aws:CalledVia"] = Json::array({"cloudformation.amazonaws.com"});
  }
  if (!condition.is_null()) made["Condition"] = condition;
  return made;
}

/// Actions that are allowed on the same resources are one statement.
std::vector<Json> statements_of(const Grants& grants) {
  std::vector<Json> statements;
  for (const auto& [ground, actions] : grants) {
    std::map<Resources, std::vector<std::string>> same;
    for (const auto& [action, resources] : actions) same[resources].push_back(action);
    for (const auto& [resources, together] : same) statements.push_back(statement(ground, together, resources));
  }
  return statements;
}

Json new_document() {
  return {{"Version", "2012-10-17"}, {"Statement", Json::array()}};
}

}  // namespace

std::string_view to_string(PolicyRole role) {
  switch (role) {
    case PolicyRole::observer:
      return "observer";
    case PolicyRole::mover:
      return "operator";
    case PolicyRole::provisioner:
      return "provisioner";
  }
  std::unreachable();
}

std::optional<PolicyRole> policy_role(std::string_view word) {
  for (const auto role : {PolicyRole::observer, PolicyRole::mover, PolicyRole::provisioner}) {
    if (to_string(role) == word) return role;
  }
  return std::nullopt;
}

std::size_t policy_size(const Json& document) {
  const auto text = document.dump();
  return text.size() - static_cast<std::size_t>(std::ranges::count(text, ' '));
}

std::vector<Json> policy_documents(const model::Stack& stack, const std::string& account, PolicyRole role) {
  const Names names(stack, account);
  std::vector<Json> documents{new_document()};
  for (auto& made : statements_of(grants_of(stack, names, role))) {
    auto grown = documents.back();
    grown["Statement"].push_back(made);
    if (policy_size(grown) <= managed_policy_limit) {
      documents.back() = std::move(grown);
      continue;
    }
    documents.push_back(new_document());
    documents.back()["Statement"].push_back(std::move(made));
    LIFEBOAT_ASSERT(policy_size(documents.back()) <= managed_policy_limit, "one statement fits into a policy");
  }
  return documents;
}

}  // namespace lifeboat::aws_world
