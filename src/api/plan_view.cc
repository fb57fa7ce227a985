#include "api/plan_view.h"

#include "api/fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<PlanStepView> View>
void describe(Visitor& visit, View& step) {
  visit("asset", step.asset);
  visit("kind", step.kind);
  visit("action", step.action);
  visit("reason", step.reason);
  visit("depends_on", step.depends_on);
}

template <class Visitor, ViewOf<PlanView> View>
void describe(Visitor& visit, View& view) {
  visit("stack", view.stack);
  visit("active_region", view.active_region);
  visit("regions", view.regions);
  visit("changes_nothing", view.changes_nothing);
  visit("steps", view.steps);
  visit("notes", view.notes);
}

std::string to_document(const PlanView& view) {
  return write_document(view);
}

base::Result<PlanView> plan_from_document(std::string_view text) {
  return read_document<PlanView>(text, "plan");
}

}  // namespace lifeboat::api
