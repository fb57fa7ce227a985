#include "cli/plan_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace lifeboat::cli {
namespace {

constexpr std::size_t asset_width = 28;

std::string mark_of(const Terminal& terminal, std::string_view action) {
  if (action == "ensure") return paint(terminal, Tone::good, "+");
  if (action == "remove") return paint(terminal, Tone::bad, "-");
  return paint(terminal, Tone::faint, "=");
}

std::string step_line(const Terminal& terminal, const api::PlanStepView& step) {
  std::string text =
      fmt::format("  {} {} {}", mark_of(terminal, step.action), pad(step.asset, asset_width), step.reason);
  if (!step.depends_on.empty()) {
    text += paint(terminal, Tone::faint, fmt::format("  after {}", fmt::join(step.depends_on, ", ")));
  }
  return text + "\n";
}

std::ptrdiff_t count(const api::PlanView& plan, std::string_view action) {
  return std::count_if(plan.steps.begin(), plan.steps.end(),
                       [action](const api::PlanStepView& step) { return step.action == action; });
}

}  // namespace

std::string plan_text(const Terminal& terminal, const api::PlanView& plan) {
  const std::string stack = paint(terminal, Tone::strong, plan.stack);
  std::string notes;
  for (const std::string& note : plan.notes) notes += note + "\n";
  if (plan.changes_nothing) {
    return fmt::format("{}: nothing to do. All {} parts are as the stack file describes them.\n", stack,
                       plan.steps.size()) +
           notes;
  }
  std::string text = fmt::format("{}: {} to make, {} to remove, {} as described already. Active region: {}.\n", stack,
                                 count(plan, "ensure"), count(plan, "remove"), count(plan, "keep"), plan.active_region);
  for (const api::PlanStepView& step : plan.steps) text += step_line(terminal, step);
  return text + "What stands after nothing else starts at once.\n" + notes;
}

}  // namespace lifeboat::cli
