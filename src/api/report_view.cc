#include "api/report_view.h"

#include "api/operation_fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<PhaseTimesView> View>
void describe(Visitor& visit, View& phases) {
  visit("detect_ms", phases.detect_ms);
  visit("decide_ms", phases.decide_ms);
  visit("fence_ms", phases.fence_ms);
  visit("promote_ms", phases.promote_ms);
  visit("dns_ms", phases.dns_ms);
  visit("client_ms", phases.client_ms);
}

template <class Visitor, ViewOf<FenceView> View>
void describe(Visitor& visit, View& fence) {
  visit("region", fence.region);
  visit("method", fence.method);
  visit("epoch", fence.epoch);
  visit("evidence", fence.evidence);
}

template <class Visitor, ViewOf<ReprotectionView> View>
void describe(Visitor& visit, View& reprotection) {
  visit("method", reprotection.method);
  visit("diverged_transactions", reprotection.diverged_transactions);
  visit("diverged_rows", reprotection.diverged_rows);
  visit("diverged_bytes", reprotection.diverged_bytes);
  visit("ledger_file", reprotection.ledger_file);
}

template <class Visitor, ViewOf<TimelineEntryView> View>
void describe(Visitor& visit, View& entry) {
  visit("at_ms", entry.at_ms);
  visit("sentence", entry.sentence);
}

template <class Visitor, ViewOf<ObjectivesView> View>
void describe(Visitor& visit, View& objectives) {
  visit("rto_ms", objectives.rto_ms);
  visit("rpo_ms", objectives.rpo_ms);
}

template <class Visitor, ViewOf<ReportView> View>
void describe(Visitor& visit, View& report) {
  visit("operation", report.operation);
  visit("kind", report.kind);
  visit("verdict", report.verdict);
  visit("from", report.from);
  visit("to", report.to);
  visit("trigger", report.trigger);
  visit("error", report.error);
  visit("started_at_ms", report.started_at_ms);
  visit("ended_at_ms", report.ended_at_ms);
  visit("rto_ms", report.rto_ms);
  visit("rto_source", report.rto_source);
  visit("phases", report.phases);
  visit("fence", report.fence);
  visit("accepted_split_brain_risk", report.accepted_split_brain_risk);
  visit("epoch", report.epoch);
  visit("acknowledged_writes", report.acknowledged_writes);
  visit("lost_acknowledged_writes", report.lost_acknowledged_writes);
  visit("failed_requests", report.failed_requests);
  visit("longest_request_ms", report.longest_request_ms);
  visit("time_to_reprotect_ms", report.time_to_reprotect_ms);
  visit("reprotection", report.reprotection);
  visit("objectives", report.objectives);
  visit("timeline", report.timeline);
}

std::string to_document(const ReportView& view) {
  return write_document(view);
}

base::Result<ReportView> report_from_document(std::string_view text) {
  return read_document<ReportView>(text, "report");
}

}  // namespace lifeboat::api
