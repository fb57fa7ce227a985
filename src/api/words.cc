#include "api/words.h"

#include <fmt/format.h>

namespace lifeboat::api {

std::string duration_text(std::int64_t milliseconds) {
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  if (milliseconds < 60'000) return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1000);
  const std::int64_t seconds = milliseconds % 60'000 / 1000;
  return fmt::format("{} min{}", milliseconds / 60'000, seconds == 0 ? "" : fmt::format(" {} s", seconds));
}

bool is_move(const ReportView& report) {
  return report.kind == "failover" || report.kind == "switchover" || report.kind == "failback";
}

std::string_view phases_title(const ReportView& report) {
  return report.kind == "drill" ? "What was rehearsed of a failover" : "Where the time went";
}

std::string outcome_words(const ReportView& report) {
  const std::string verdict = report.verdict.value_or("running");
  if (verdict == "running") return "is still running";
  if (verdict == "done" && report.kind == "reprotect") return fmt::format("made {} a replica again", report.to);
  if (verdict == "done" && report.kind == "drill") {
    return report.phases.client_ms ? fmt::format("rehearsed in {} the loss of {}", report.to, report.from)
                                   : fmt::format("made sure that no drill has left anything in {}", report.to);
  }
  if (verdict == "done" && report.kind == "up") return "built the stack";
  if (verdict == "done") return fmt::format("moved the service from {} to {}", report.from, report.to);
  if (verdict == "done_unprotected") {
    return fmt::format("moved the service from {} to {}, which has no standby yet", report.from, report.to);
  }
  if (verdict == "undone") return fmt::format("was undone; {} serves as before", report.from);
  if (verdict == "refused") return "was refused; nothing was promoted";
  if (verdict == "superseded") return "was superseded by a failover";
  return verdict;
}

}  // namespace lifeboat::api
