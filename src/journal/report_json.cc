#include <nlohmann/json.hpp>

#include "journal/describe.h"
#include "journal/record_json.h"

namespace lifeboat::engine {
static std::string_view name_of(RtoSource source) {
  return to_string(source);
}

static void describe(journal::Writer& codec, const PhaseTimes& phases) {
  codec("detect_ms", phases.detect_ms);
  codec("decide_ms", phases.decide_ms);
  codec("fence_ms", phases.fence_ms);
  codec("promote_ms", phases.promote_ms);
  codec("dns_ms", phases.dns_ms);
  codec("client_ms", phases.client_ms);
}

static void describe(journal::Writer& codec, const TimelineEntry& entry) {
  codec("at_ms", entry.at);
  codec("sentence", entry.sentence);
}

}  // namespace lifeboat::engine

namespace lifeboat::journal {

nlohmann::json to_json(const engine::Report& report) {
  Writer out;
  out("version", 1);
  out("operation", report.operation);
  out("kind", report.kind);
  out("from", report.from);
  out("to", report.to);
  out("trigger", report.trigger);
  out("verdict", report.verdict ? std::string(to_string(*report.verdict)) : "running");
  out("error", report.error);
  out("started_at_ms", report.started_at);
  out("ended_at_ms", report.ended_at);
  out("rto_ms", report.rto_ms);
  out("rto_source", report.rto_source);
  out("phases", report.phases);
  out("fence", report.fence);
  out("accepted_split_brain_risk", report.accepted_split_brain_risk);
  out("epoch", report.epoch);
  out("acknowledged_writes", report.acknowledged_writes);
  out("lost_acknowledged_writes", report.lost_acknowledged_writes);
  out("failed_requests", report.failed_requests);
  out("longest_request_ms", report.longest_request_ms);
  out("time_to_reprotect_ms", report.time_to_reprotect_ms);
  out("reprotection", report.reprotection);
  out("timeline", report.timeline);
  return out.take();
}

}  // namespace lifeboat::journal
