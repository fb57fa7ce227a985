#include "api/operations_view.h"

#include "api/fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<OperationSummaryView> View>
void describe(Visitor& visit, View& operation) {
  visit("id", operation.id);
  visit("kind", operation.kind);
  visit("phase", operation.phase);
  visit("state", operation.state);
  visit("verdict", operation.verdict);
  visit("from_region", operation.from_region);
  visit("to_region", operation.to_region);
  visit("started_at_ms", operation.started_at_ms);
  visit("ended_at_ms", operation.ended_at_ms);
  visit("rto_ms", operation.rto_ms);
  visit("acknowledged_writes", operation.acknowledged_writes);
  visit("lost_acknowledged_writes", operation.lost_acknowledged_writes);
  visit("error", operation.error);
}

template <class Visitor, ViewOf<OperationsView> View>
void describe(Visitor& visit, View& view) {
  visit("rto_objective_ms", view.rto_objective_ms);
  visit("rpo_objective_ms", view.rpo_objective_ms);
  visit("operations", view.operations);
}

std::string to_document(const OperationsView& view) {
  return write_document(view);
}

}  // namespace lifeboat::api
