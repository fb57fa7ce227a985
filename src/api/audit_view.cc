#include "api/audit_view.h"

#include "api/fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<AuditEntryView> View>
void describe(Visitor& visit, View& entry) {
  visit("id", entry.id);
  visit("at_ms", entry.at_ms);
  visit("at", entry.at);
  visit("who", entry.who);
  visit("from", entry.from);
  visit("request", entry.request);
  visit("what", entry.what);
  visit("outcome", entry.outcome);
  visit("error", entry.error);
  visit("operation", entry.operation);
}

template <class Visitor, ViewOf<AuditView> View>
void describe(Visitor& visit, View& audit) {
  visit("entries", audit.entries);
  visit("problem", audit.problem);
}

std::string to_document(const AuditView& view) {
  return write_document(view);
}

std::string to_line(const AuditEntryView& entry) {
  return write_line(entry);
}

base::Result<AuditEntryView> entry_from_line(std::string_view line) {
  return read_document<AuditEntryView>(line, "audit log");
}

}  // namespace lifeboat::api
