#include "api/report_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "api/log_view.h"
#include "api/words.h"

namespace lifeboat::api {
namespace {

constexpr std::string_view style = R"(
body { font: 15px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; vertical-align: top; }
th { font-weight: 600; white-space: nowrap; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.faint { color: #57606a; } .missed { color: #b3261e; font-weight: 600; } .met { color: #116329; font-weight: 600; }
svg { width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: #1b1f24; }
@media print { body { margin: 0; max-width: none; } h2, svg, tr { break-inside: avoid; } }
)";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

/// `remark` is HTML.
std::string row(std::string_view name, const std::string& value, const std::string& remark = "") {
  return fmt::format("<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td>{}</td></tr>\n", name,
                     escaped(value), remark);
}

std::string time_or_dash(const std::optional<std::int64_t>& ms) {
  return ms ? duration_text(*ms) : "–";
}

std::string count_or_dash(const std::optional<std::uint64_t>& count) {
  return count ? std::to_string(*count) : "–";
}

std::string against(const std::optional<std::int64_t>& seen, std::int64_t objective) {
  if (!seen) return fmt::format("objective {}; not measured", duration_text(objective));
  return fmt::format("objective {}: {}", duration_text(objective),
                     *seen <= objective ? "<span class=\"met\">met</span>" : "<span class=\"missed\">missed</span>");
}

std::string numbers(const ReportView& report) {
  std::string text = "<h2>Numbers</h2>\n<table>\n";
  if (report.kind != "drill") text += row("Epoch", std::to_string(report.epoch));
  if (report.ended_at_ms) text += row("Took", duration_text(*report.ended_at_ms - report.started_at_ms));
  if (is_move(report)) {
    std::string remark = report.objectives ? against(report.rto_ms, report.objectives->rto_ms) : "";
    if (report.rto_source == "load_client") remark += "; as the load clients saw it";
    if (report.rto_source == "front_door_marker") remark += "; by a marker of Lifeboat's own, no load client ran";
    text += row("Recovery time (RTO)", time_or_dash(report.rto_ms), remark);
    text += row("Acknowledged writes", count_or_dash(report.acknowledged_writes));
    text += row("Of them lost (RPO)", count_or_dash(report.lost_acknowledged_writes),
                report.lost_acknowledged_writes ? "counted in the new writer's database" : "not counted");
    text += row("Failed requests", count_or_dash(report.failed_requests));
    text += row("Longest request", time_or_dash(report.longest_request_ms));
  }
  if (is_move(report) || report.kind == "reprotect")
    text += row("Time to reprotect", time_or_dash(report.time_to_reprotect_ms));
  return text + "</table>\n";
}

/// One bar a phase, each beginning where the one before ended.
std::string phases(const ReportView& report) {
  const auto& times = report.phases;
  const std::array<std::pair<std::string_view, std::optional<std::int64_t>>, 6> all = {{{"detect", times.detect_ms},
                                                                                        {"decide", times.decide_ms},
                                                                                        {"fence", times.fence_ms},
                                                                                        {"promote", times.promote_ms},
                                                                                        {"DNS", times.dns_ms},
                                                                                        {"clients", times.client_ms}}};
  constexpr double left = 70;
  constexpr double width = 560;
  constexpr int row_height = 24;
  double total_ms = 0;
  int rows = 0;
  for (const auto& [name, ms] : all) {
    total_ms += static_cast<double>(std::max<std::int64_t>(ms.value_or(0), 0));
    rows += ms ? 1 : 0;
  }
  if (total_ms <= 0) return "";
  auto text =
      fmt::format("<h2>{}</h2>\n<svg viewBox=\"0 0 720 {}\" role=\"img\" aria-label=\"Gantt chart of the phases\">\n",
                  phases_title(report), rows * row_height);
  double before_ms = 0;
  int y = 0;
  for (const auto& [name, ms] : all) {
    if (!ms) continue;
    const auto length_ms = static_cast<double>(std::max<std::int64_t>(*ms, 0));
    const double x = left + before_ms / total_ms * width;
    const double bar = std::max(length_ms / total_ms * width, 2.0);
    text += fmt::format(
        "<text x=\"0\" y=\"{0}\">{1}</text><rect x=\"{2:.1f}\" y=\"{3}\" width=\"{4:.1f}\" height=\"16\" rx=\"2\" "
        "fill=\"#2f6f9f\"/><text x=\"{5:.1f}\" y=\"{0}\">{6}</text>\n",
        y + 16, name, x, y + 4, bar, x + bar + 6, duration_text(std::max<std::int64_t>(*ms, 0)));
    before_ms += length_ms;
    y += row_height;
  }
  return text + "</svg>\n";
}

std::string fence(const ReportView& report) {
  std::string text;
  if (report.fence) {
    text += fmt::format("<h2>Fence</h2>\n<p>{} cannot commit in any epoch up to {} ({}).</p>\n<ul>\n",
                        escaped(report.fence->region), report.fence->epoch, escaped(report.fence->method));
    for (const auto& sentence : report.fence->evidence) text += "<li>" + escaped(sentence) + "</li>\n";
    text += "</ul>\n";
  }
  if (report.accepted_split_brain_risk) text += "<p class=\"missed\">The risk of two writers was accepted.</p>\n";
  return text;
}

std::string reprotection(const ReportView& report) {
  if (!report.reprotection) return "";
  const auto& made = *report.reprotection;
  auto text = "<h2>Reprotected</h2>\n<p>By " + escaped(made.method);
  if (made.diverged_transactions > 0) {
    text += fmt::format("; {} transactions ({} rows, {} bytes) had diverged and were exported to {}",
                        made.diverged_transactions, made.diverged_rows, made.diverged_bytes, escaped(made.ledger_file));
  }
  return text + ".</p>\n";
}

std::string timeline(const ReportView& report) {
  if (report.timeline.empty()) return "";
  std::string text = "<h2>Timeline</h2>\n<table>\n";
  for (const auto& entry : report.timeline) {
    text += fmt::format("<tr><td class=\"number\">{:+.3f} s</td><td class=\"faint number\">{}</td><td>{}</td></tr>\n",
                        static_cast<double>(entry.at_ms - report.started_at_ms) / 1000, moment_text(entry.at_ms),
                        escaped(entry.sentence));
  }
  return text + "</table>\n";
}

}  // namespace

std::string_view report_style() {
  return style;
}

std::string to_html(const ReportView& report, const std::string& stack) {
  const auto title = fmt::format("{} of {}", escaped(report.operation), escaped(stack));
  auto text = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, initial-scale=1\">\n<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n"
      "<h1>{0}</h1>\n<p>{2} {3}. <span class=\"faint\">Began {4}, by {5}.</span></p>\n",
      title, style, escaped(report.operation), escaped(outcome_words(report)), moment_text(report.started_at_ms),
      escaped(report.trigger));
  if (report.error) {
    text += fmt::format("<p class=\"missed\">{} ({})</p>\n", escaped(report.error->message), report.error->code);
  }
  return text + numbers(report) + phases(report) + fence(report) + reprotection(report) + timeline(report) +
         "</body>\n</html>\n";
}

}  // namespace lifeboat::api
