#include "providers/aws/change_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "providers/aws/stack_watch.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

/// CloudFormation takes a template of this size in the request itself; larger ones it wants in a bucket.
constexpr std::size_t largest_template_bytes = 51'200;

Json request_of(const StackRequest& request, ChangeSetKind kind, const std::string& name) {
  Json tags = Json::array();
  for (const auto& [key, value] : request.tags) tags.push_back({{"Key", key}, {"Value", value}});
  return {{"StackName", request.name},
          {"ChangeSetName", name},
          {"ChangeSetType", kind == ChangeSetKind::create ? "CREATE" : "UPDATE"},
          {"TemplateBody", request.body},
          {"Capabilities", {"CAPABILITY_NAMED_IAM"}},
          {"Tags", tags}};
}

/// A replica whose source the template no longer names is promoted by that, and stays what it is; CloudFormation says
/// of the property, whatever becomes of it, that it replaces the database on some conditions.
bool only_loses_its_source(const Json& json, const Json& resources) {
  constexpr auto source = "SourceDBInstanceIdentifier";
  const auto resource = resources.find(text_in(json, "LogicalResourceId"));
  if (text_in(json, "ResourceType") != "AWS::RDS::DBInstance" || text_in(json, "Replacement") != "Conditional")
    return false;
  if (resource == resources.end() || resource->value("Properties", Json::object()).contains(source)) return false;
  const auto details = json.value("Details", Json::array());
  return !details.empty() && std::ranges::all_of(details, [](const Json& detail) {
    const auto target = detail.value("Target", Json::object());
    return text_in(target, "Name") == source || text_in(target, "RequiresRecreation") == "Never";
  });
}

ResourceChange change_of(const Json& json, const Json& resources) {
  ResourceChange change{.logical_id = text_in(json, "LogicalResourceId"),
                        .type = text_in(json, "ResourceType"),
                        .physical_id = text_in(json, "PhysicalResourceId"),
                        .action = text_in(json, "Action")};
  const auto replacement = text_in(json, "Replacement");
  // "Dynamic" is an action that CloudFormation cannot foresee.
  const bool replaces = change.action != "Add" && !replacement.empty() && replacement != "False";
  change.may_replace = change.action == "Dynamic" || (replaces && !only_loses_its_source(json, resources));
  for (const auto& detail : json.value("Details", Json::array())) {
    const auto target = detail.value("Target", Json::object());
    auto cause = text_in(target, "Name");
    if (cause.empty()) cause = text_in(target, "Attribute");
    if (!cause.empty() && std::ranges::find(change.causes, cause) == change.causes.end())
      change.causes.push_back(cause);
  }
  return change;
}

/// What CloudFormation answers for a change set that changes nothing; it has no code for it.
bool says_no_change(const std::string& reason) {
  constexpr std::array<std::string_view, 2> ways{"didn't contain changes", "No updates are to be performed"};
  return std::ranges::any_of(ways, [&](std::string_view way) { return reason.find(way) != reason.npos; });
}

Json place_of(const StackRequest& request, const std::string& name) {
  return {{"StackName", request.name}, {"ChangeSetName", name}};
}

/// Sends the request; when nobody knows what became of it, the name tells.
base::Status create(const Work& work, const StackRequest& request, ChangeSetKind kind, const std::string& name) {
  const auto made = work.ask("cloudformation", "CreateChangeSet", request.region, request_of(request, kind, name));
  if (made) return {};
  const auto& failure = made.error();
  if (!failure.was_not_done() && failure.kind != aws::FailureKind::refused) {
    if (work.ask("cloudformation", "DescribeChangeSet", request.region, place_of(request, name))) return {};
  }
  return std::unexpected(error_of(failure));
}

/// Waits until CloudFormation has worked it out; its reason when it could not.
base::Result<std::string> settle(const Work& work, const StackRequest& request, const std::string& name) {
  std::string reason;
  const auto settled = work.wait_until(fmt::format("the change set of {} in {}", request.name, request.region.value),
                                       [&](std::string& seen) -> base::Result<bool> {
                                         const auto answer = work.call("cloudformation", "DescribeChangeSet",
                                                                       request.region, place_of(request, name));
                                         if (!answer) return std::unexpected(answer.error());
                                         seen = text_in(*answer, "Status");
                                         if (seen == "FAILED") reason = text_in(*answer, "StatusReason") + " ";
                                         return seen == "FAILED" || seen == "CREATE_COMPLETE";
                                       });
  if (!settled) return std::unexpected(settled.error());
  return reason;
}

base::Result<std::vector<ResourceChange>> changes_of(const Work& work, const StackRequest& request,
                                                     const std::string& name) {
  const auto answer = work.call_all("cloudformation", "DescribeChangeSet", request.region, place_of(request, name));
  if (!answer) return std::unexpected(answer.error());
  const auto body = Json::parse(request.body, nullptr, false);
  const auto resources = body.is_object() ? body.value("Resources", Json::object()) : Json::object();
  std::vector<ResourceChange> changes;
  for (const auto& change : answer->value("Changes", Json::array())) {
    if (change.contains("ResourceChange")) changes.push_back(change_of(change.at("ResourceChange"), resources));
  }
  return changes;
}

}  // namespace

base::Result<std::variant<NoChange, ChangeSet>> make_change_set(const Work& work, const StackRequest& request,
                                                                ChangeSetKind kind, const std::string& name) {
  if (request.body.size() > largest_template_bytes) {
    return base::fail(ErrorCode::aws_refused,
                      fmt::format("the template of {} has {} bytes; CloudFormation takes {}", request.name,
                                  request.body.size(), largest_template_bytes),
                      "Describe fewer instances or zones.");
  }
  if (auto made = create(work, request, kind, name); !made) return std::unexpected(made.error());
  const auto reason = settle(work, request, name);
  if (!reason || !reason->empty()) delete_change_set(work, request, kind, name);
  if (!reason) return std::unexpected(reason.error());
  if (says_no_change(*reason)) return NoChange{};
  if (!reason->empty()) {
    return base::fail(ErrorCode::aws_refused, fmt::format("{}: CloudFormation refuses the template of {}: {}",
                                                          request.region.value, request.name, *reason));
  }
  auto changes = changes_of(work, request, name);
  if (!changes) {
    delete_change_set(work, request, kind, name);
    return std::unexpected(changes.error());
  }
  return ChangeSet{name, kind, *std::move(changes)};
}

void delete_change_set(const Work& work, const StackRequest& request, ChangeSetKind kind, const std::string& name) {
  // What is left of it harms nobody: it has a name of its own, and is never carried out.
  (void)work.ask("cloudformation", "DeleteChangeSet", request.region, place_of(request, name));
  if (kind != ChangeSetKind::create) return;
  // Should somebody else have carried out a change set of his own meanwhile, the stack is no empty shell any more.
  const auto status = status_of(work, request.region, request.name);
  if (status && *status == "REVIEW_IN_PROGRESS") {
    (void)work.ask("cloudformation", "DeleteStack", request.region, {{"StackName", request.name}});
  }
}

base::Status may_be_made(const StackRequest& request, const std::vector<ResourceChange>& changes) {
  for (const auto& change : changes) {
    const bool loses = change.may_replace || change.action == "Remove";
    if (!loses || !is_protected(change.type)) continue;
    const auto because = change.causes.empty() ? "" : fmt::format(" because of {}", fmt::join(change.causes, ", "));
    return base::fail(
        ErrorCode::aws_refused,
        fmt::format("{}: {} ({}, {}) would be {}{}; nothing was changed", request.region.value, change.logical_id,
                    change.type, change.physical_id, change.action == "Remove" ? "removed" : "replaced", because),
        "Undo that change in the stack file; what holds data is never replaced.");
  }
  return {};
}

bool is_protected(std::string_view resource_type) {
  constexpr std::array<std::string_view, 7> types{"AWS::KMS::Key",
                                                  "AWS::RDS::DBCluster",
                                                  "AWS::RDS::DBInstance",
                                                  "AWS::RDS::GlobalCluster",
                                                  "AWS::Route53::HostedZone",
                                                  "AWS::S3::Bucket",
                                                  "AWS::SecretsManager::Secret"};
  return std::ranges::find(types, resource_type) != types.end();
}

}  // namespace lifeboat::aws_world
