#include "api/outlook_view.h"

#include "api/fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<OutlookView> View>
void describe(Visitor& visit, View& outlook) {
  visit("action", outlook.action);
  visit("sentence", outlook.sentence);
  visit("command", outlook.command);
  visit("predicted_rto_ms", outlook.predicted_rto_ms);
  visit("predicted_rpo_ms", outlook.predicted_rpo_ms);
  visit("predicted_lost_bytes", outlook.predicted_lost_bytes);
  visit("based_on_operations", outlook.based_on_operations);
}

std::string to_document(const OutlookView& view) {
  return write_document(view);
}

}  // namespace lifeboat::api
