#include "api/plan_view.h"

namespace lifeboat::api {

PlanView make_plan_view(const std::string& stack, const plan::Plan& plan) {
  PlanView view{stack, plan.active_region.value, {}, plan.changes_nothing(), {}, {}};
  for (const auto& region : plan.regions) view.regions.push_back(region.value);
  for (const plan::Step& step : plan.steps) {
    std::vector<std::string> depends_on;
    for (const auto& asset : step.depends_on) depends_on.push_back(asset.text());
    view.steps.push_back({step.asset.text(), std::string(model::to_string(step.kind)),
                          std::string(plan::to_string(step.action)), step.reason, std::move(depends_on)});
  }
  return view;
}

}  // namespace lifeboat::api
