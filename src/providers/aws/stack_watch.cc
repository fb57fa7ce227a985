#include "providers/aws/stack_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace lifeboat::aws_world {
namespace {

using aws::Json;

std::string text(const Json& json, const char* key) {
  return json.value(key, std::string());
}

StackEvent event_of(const Json& json) {
  return {.logical_id = text(json, "LogicalResourceId"),
          .type = text(json, "ResourceType"),
          .status = text(json, "ResourceStatus"),
          .reason = text(json, "ResourceStatusReason")};
}

/// A resource that was given up because another one failed is no cause.
bool is_a_cause(const StackEvent& event, const std::string& stack) {
  const bool is_stack = event.logical_id == stack;
  return event.status.ends_with("_FAILED") && !is_stack && event.reason.find("cancelled") == event.reason.npos;
}

/// The stack as DescribeStacks has it; nothing when there is none, for which CloudFormation has no code of its own.
base::Result<std::optional<Json>> describe(const Work& work, const base::RegionName& region, const std::string& name) {
  const auto answer = work.ask("cloudformation", "DescribeStacks", region, {{"StackName", name}});
  if (!answer) {
    const auto& failure = answer.error();
    if (failure.message.find("does not exist") != std::string::npos) return std::optional<Json>();
    return std::unexpected(error_of(failure));
  }
  for (const auto& stack : answer->value("Stacks", Json::array())) {
    if (text(stack, "StackStatus") != "DELETE_COMPLETE") return std::optional<Json>(stack);
  }
  return std::optional<Json>();
}

}  // namespace

StackWatch::StackWatch(const Work& work, base::RegionName region, std::string name)
    : work_(work), region_(std::move(region)), name_(std::move(name)) {}

base::Status StackWatch::begin() {
  auto told = tell({});
  begun_ = false;
  return told;
}

base::Status StackWatch::tell(const StackDriver::OnEvent& on_event) {
  // The newest page is enough: nothing makes a hundred events between two looks.
  const auto answer = work_.ask("cloudformation", "DescribeStackEvents", region_, {{"StackName", name_}});
  if (!answer) {
    const bool gone = answer.error().message.find("does not exist") != std::string::npos;
    return gone ? base::Status() : std::unexpected(error_of(answer.error()));
  }
  const auto newest_first = answer->value("StackEvents", Json::array());
  for (auto entry = newest_first.rbegin(); entry != newest_first.rend(); ++entry) {
    if (!told_.insert(text(*entry, "EventId")).second) continue;
    const auto event = event_of(*entry);
    begun_ = begun_ || event.logical_id == name_;
    if (!on_event) continue;
    if (first_failure_.empty() && is_a_cause(event, name_)) {
      first_failure_ = fmt::format("{} ({}): {}", event.logical_id, event.type, event.reason);
    }
    on_event(event);
  }
  return {};
}

base::Result<std::string> StackWatch::settle(const StackDriver::OnEvent& on_event, Until until) {
  std::string last;
  const auto look = [&](std::string& seen) -> base::Result<bool> {
    // First the status: the events that led to it are there by then.
    const auto status = status_of(work_, region_, name_);
    if (!status) return std::unexpected(status.error());
    seen = last = status->value_or("");
    // Just after a change was asked for, the status is still the one from before; it counts once an earlier look has
    // seen the change begin.
    const bool begun = begun_ || until == Until::quiet || last.empty();
    if (const auto told = tell(on_event); !told) return std::unexpected(told.error());
    return begun && !is_in_progress(last);
  };
  const auto waited = work_.wait_until(fmt::format("{} in {} to be complete", name_, region_.value), look);
  if (!waited) return std::unexpected(waited.error());
  return last;
}

base::Result<std::optional<std::string>> status_of(const Work& work, const base::RegionName& region,
                                                   const std::string& name) {
  const auto stack = describe(work, region, name);
  if (!stack) return std::unexpected(stack.error());
  if (!*stack) return std::optional<std::string>();
  return std::optional<std::string>(text(**stack, "StackStatus"));
}

base::Result<std::optional<StackState>> state_of(const Work& work, const base::RegionName& region,
                                                 const std::string& name) {
  const auto stack = describe(work, region, name);
  if (!stack) return std::unexpected(stack.error());
  if (!*stack || text(**stack, "StackStatus") == "REVIEW_IN_PROGRESS") return std::optional<StackState>();
  StackState state{.status = text(**stack, "StackStatus"), .outputs = {}, .physical_ids = {}};
  for (const auto& output : (*stack)->value("Outputs", Json::array())) {
    state.outputs[text(output, "OutputKey")] = text(output, "OutputValue");
  }
  const auto resources = work.call_all("cloudformation", "ListStackResources", region, {{"StackName", name}});
  if (!resources) return std::unexpected(resources.error());
  for (const auto& resource : resources->value("StackResourceSummaries", Json::array())) {
    state.physical_ids[text(resource, "LogicalResourceId")] = text(resource, "PhysicalResourceId");
  }
  return std::optional(std::move(state));
}

bool is_in_progress(std::string_view status) {
  return status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS";
}

}  // namespace lifeboat::aws_world
