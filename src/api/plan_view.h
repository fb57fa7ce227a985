#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "plan/plan.h"

namespace lifeboat::api {

struct PlanStepView {
  std::string asset;
  std::string kind;
  std::string action;  ///< keep, ensure or remove.
  std::string reason;
  std::vector<std::string> depends_on;
};

struct PlanView {
  std::string stack;
  std::string active_region;
  std::vector<std::string> regions;
  bool changes_nothing = false;
  std::vector<PlanStepView> steps;
  std::vector<std::string> notes;  ///< What the stack file costs, in sentences.
};

PlanView make_plan_view(const std::string& stack, const plan::Plan& plan);

std::string to_document(const PlanView& view);
base::Result<PlanView> plan_from_document(std::string_view text);

}  // namespace lifeboat::api
