#include "providers/aws/stack_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace lifeboat::aws_world {
namespace {

using aws::Json;

StackEvent event_of(const Json& json) {
  return {.logical_id = text_in(json, "LogicalResourceId"),
          .type = text_in(json, "ResourceType"),
          .status = text_in(json, "ResourceStatus"),
          .reason = text_in(json, "ResourceStatusReason")};
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
    if (text_in(stack, "StackStatus") != "DELETE_COMPLETE") return std::optional<Json>(stack);
  }
  return std::optional<Json>();
}

}  // namespace

StackWatch::StackWatch(const Work& work, base::RegionName region, std::string name)
    : work_(work), region_(std::move(region)), name_(std::move(name)) {}

base::Status StackWatch::begin() {
  const auto events = untold();
  return events ? base::Status() : std::unexpected(events.error());
}

base::Result<std::vector<StackEvent>> StackWatch::untold() {
  std::vector<StackEvent> newest_first;
  Json input{{"StackName", name_}};
  for (bool reached_told = false; !reached_told;) {
    const auto page = work_.ask("cloudformation", "DescribeStackEvents", region_, input);
    const bool is_gone = !page && page.error().message.find("does not exist") != std::string::npos;
    if (!page && !is_gone) return std::unexpected(error_of(page.error()));
    if (is_gone) break;
    for (const auto& entry : page->value("StackEvents", Json::array())) {
      reached_told = !told_.insert(text_in(entry, "EventId")).second;
      if (reached_told) break;
      newest_first.push_back(event_of(entry));
    }
    const auto next = text_in(*page, "NextToken");
    if (next.empty() || next == input.value("NextToken", "")) break;
    input["NextToken"] = next;
  }
  std::ranges::reverse(newest_first);
  return newest_first;
}

base::Status StackWatch::tell(const StackDriver::OnEvent& on_event) {
  const auto events = untold();
  if (!events) return std::unexpected(events.error());
  for (const auto& event : *events) {
    begun_ = begun_ || event.logical_id == name_;
    if (first_failure_.empty() && is_a_cause(event, name_)) {
      first_failure_ = fmt::format("{} ({}): {}", event.logical_id, event.type, event.reason);
    }
    if (on_event) on_event(event);
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
  return std::optional<std::string>(text_in(**stack, "StackStatus"));
}

base::Result<std::optional<StackState>> state_of(const Work& work, const base::RegionName& region,
                                                 const std::string& name) {
  const auto stack = describe(work, region, name);
  if (!stack) return std::unexpected(stack.error());
  if (!*stack || text_in(**stack, "StackStatus") == "REVIEW_IN_PROGRESS") return std::optional<StackState>();
  StackState state{.status = text_in(**stack, "StackStatus"), .outputs = {}, .physical_ids = {}};
  for (const auto& output : (*stack)->value("Outputs", Json::array())) {
    state.outputs[text_in(output, "OutputKey")] = text_in(output, "OutputValue");
  }
  const auto resources = work.call_all("cloudformation", "ListStackResources", region, {{"StackName", name}});
  if (!resources) return std::unexpected(resources.error());
  for (const auto& resource : resources->value("StackResourceSummaries", Json::array())) {
    state.physical_ids[text_in(resource, "LogicalResourceId")] = text_in(resource, "PhysicalResourceId");
  }
  return std::optional(std::move(state));
}

std::string text_in(const Json& json, const char* name) {
  return json.value(name, std::string());
}

bool is_in_progress(std::string_view status) {
  return status.ends_with("_IN_PROGRESS") && status != "REVIEW_IN_PROGRESS";
}

}  // namespace lifeboat::aws_world
