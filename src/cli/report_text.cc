#include "cli/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "api/log_view.h"
#include "api/words.h"
#include "cli/operation_text.h"
#include "cli/status_text.h"

namespace lifeboat::cli {
namespace {

constexpr std::size_t bar_width = 40;
constexpr std::size_t label_width = 26;

std::string headline(const Terminal& terminal, const api::ReportView& report) {
  std::string text = fmt::format("{} {} {}", state_mark(terminal, report.verdict.value_or("running")),
                                 paint(terminal, Tone::strong, report.operation), api::outcome_words(report));
  if (report.rto_ms) text += fmt::format("; clients could write again after {}", duration_text(*report.rto_ms));
  if (report.lost_acknowledged_writes) {
    const auto lost = *report.lost_acknowledged_writes;
    text += lost == 0 ? ", no acknowledged write was lost"
                      : fmt::format(", {} acknowledged write{} lost", lost, lost == 1 ? " was" : "s were");
  }
  return text + ".\n";
}

std::string row(const Terminal& terminal, std::string_view label, const std::string& value,
                const std::string& remark = "") {
  const std::string said = remark.empty() ? "" : "  " + paint(terminal, Tone::faint, remark);
  return fmt::format("  {} {}{}\n", pad(label, label_width), pad_left(value, 10), said);
}

template <class T, class Show>
std::string value_or_dash(const std::optional<T>& value, Show show) {
  return value ? show(*value) : "–";
}

std::string against(const std::optional<std::int64_t>& seen, std::int64_t objective) {
  if (!seen) return fmt::format("objective {}; not measured", duration_text(objective));
  return fmt::format("objective {}: {}", duration_text(objective), *seen <= objective ? "met" : "MISSED");
}

std::string source_words(const std::string& source) {
  if (source == "load_client") return "as the load clients saw it";
  if (source == "front_door_marker") return "by a marker of Lifeboat's own; no load client ran";
  return "";
}

std::string numbers(const Terminal& terminal, const api::ReportView& report) {
  const auto count = [](std::uint64_t number) { return std::to_string(number); };
  const std::int64_t ended_ms = report.ended_at_ms.value_or(report.started_at_ms);
  std::string text;
  if (report.kind != "drill") text = row(terminal, "epoch", std::to_string(report.epoch));
  if (report.ended_at_ms) text += row(terminal, "took", duration_text(ended_ms - report.started_at_ms));
  if (api::is_move(report)) {
    std::string remark = source_words(report.rto_source);
    if (report.objectives)
      remark = against(report.rto_ms, report.objectives->rto_ms) + (remark.empty() ? "" : "; " + remark);
    text += row(terminal, "recovery time (RTO)", value_or_dash(report.rto_ms, duration_text), remark);
    text += row(terminal, "acknowledged writes", value_or_dash(report.acknowledged_writes, count));
    text += row(terminal, "of them lost (RPO)", value_or_dash(report.lost_acknowledged_writes, count),
                report.lost_acknowledged_writes ? "counted in the new writer's database" : "");
    text += row(terminal, "failed requests", value_or_dash(report.failed_requests, count));
    text += row(terminal, "longest request", value_or_dash(report.longest_request_ms, duration_text));
  }
  const bool reigns = report.verdict == "done" || report.verdict == "done_unprotected";
  if ((api::is_move(report) || report.kind == "reprotect") && reigns) {
    text += row(terminal, "time to reprotect", value_or_dash(report.time_to_reprotect_ms, duration_text),
                report.time_to_reprotect_ms ? "without a standby" : "no standby yet");
  }
  return text;
}

std::string phase_bars(const Terminal& terminal, const api::ReportView& report) {
  const api::PhaseTimesView& phases = report.phases;
  const std::vector<std::pair<std::string_view, std::optional<std::int64_t>>> all = {
      {"detect", phases.detect_ms},   {"decide", phases.decide_ms}, {"fence", phases.fence_ms},
      {"promote", phases.promote_ms}, {"DNS", phases.dns_ms},       {"clients", phases.client_ms}};
  std::int64_t total_ms = 0;
  for (const auto& [name, time_ms] : all) total_ms += std::max<std::int64_t>(time_ms.value_or(0), 0);
  if (total_ms == 0) return "";
  std::string text = fmt::format("\n{}\n", api::phases_title(report));
  if (report.kind == "drill" && !phases.promote_ms)
    text += "  promote     not rehearsed: the clone took writes at once\n";
  std::int64_t before_ms = 0;
  for (const auto& [name, time_ms] : all) {
    if (!time_ms) continue;
    const std::int64_t length_ms = std::max<std::int64_t>(*time_ms, 0);
    const auto start = static_cast<std::size_t>(before_ms) * bar_width / static_cast<std::size_t>(total_ms);
    const auto end = static_cast<std::size_t>(before_ms + length_ms) * bar_width / static_cast<std::size_t>(total_ms);
    std::string bar;
    for (std::size_t i = start; i < std::max(end, start + 1); ++i) bar += "█";
    text += fmt::format("  {} {}  {}{}\n", pad(name, 8), pad_left(duration_text(length_ms), 8), std::string(start, ' '),
                        paint(terminal, Tone::accent, bar));
    before_ms += length_ms;
  }
  return text;
}

std::string fence_text(const Terminal& terminal, const api::ReportView& report) {
  std::string text;
  if (report.fence) {
    text += fmt::format("\nFence: {} cannot commit in any epoch up to {} ({})\n", report.fence->region,
                        report.fence->epoch, report.fence->method);
    for (const std::string& sentence : report.fence->evidence) text += fmt::format("  - {}\n", sentence);
  }
  if (report.accepted_split_brain_risk) {
    text +=
        "\n" + paint(terminal, Tone::bad, "The risk of two writers was accepted (--accept-split-brain-risk).") + "\n";
  }
  return text;
}

std::string reprotection_text(const api::ReportView& report) {
  if (!report.reprotection) return "";
  const api::ReprotectionView& made = *report.reprotection;
  std::string text = fmt::format("\nReprotected: {}", made.method);
  if (made.diverged_transactions > 0) {
    text +=
        fmt::format("; {} transactions ({} rows, {}) had diverged and were exported to {}", made.diverged_transactions,
                    made.diverged_rows, bytes_text(made.diverged_bytes), made.ledger_file);
  }
  return text + "\n";
}

std::string timeline(const Terminal& terminal, const api::ReportView& report) {
  if (report.timeline.empty()) return "";
  std::string text = fmt::format("\nTimeline, from {}\n", api::moment_text(report.started_at_ms));
  for (const api::TimelineEntryView& entry : report.timeline) {
    const double at_s = static_cast<double>(entry.at_ms - report.started_at_ms) / 1000;
    text += fmt::format("  {}  {}\n", paint(terminal, Tone::faint, fmt::format("{:+8.3f} s", at_s)), entry.sentence);
  }
  return text;
}

}  // namespace

std::string report_text(const Terminal& terminal, const api::ReportView& report) {
  std::string text = headline(terminal, report);
  if (report.error) text += fmt::format("  {} ({})\n", report.error->message, report.error->code);
  text += "\n" + numbers(terminal, report);
  text += phase_bars(terminal, report);
  text += fence_text(terminal, report);
  text += reprotection_text(report);
  return text + timeline(terminal, report);
}

}  // namespace lifeboat::cli
