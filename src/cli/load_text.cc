#include "cli/load_text.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/operation_text.h"

namespace lifeboat::cli {
namespace {

double milliseconds(std::int64_t us) {
  return static_cast<double>(us) / 1000;
}

double rate_of(const load::Summary& summary) {
  return summary.elapsed_s > 0 ? static_cast<double>(summary.requests) / summary.elapsed_s : 0;
}

std::string outage_text(const Terminal& terminal, const load::Summary& summary) {
  if (!summary.first_failure_us) return "";
  const auto rto_ms = summary.client_rto_ms();
  const std::string back =
      rto_ms ? fmt::format("writes were acknowledged again {} after the first failure", duration_text(*rto_ms))
             : "no write has been acknowledged since the first failure";
  return fmt::format("  {} last outage: {}\n    last error: {}\n", state_mark(terminal, rto_ms ? "warning" : "failed"),
                     back, summary.last_error);
}

}  // namespace

std::string live_load_line(const Terminal& terminal, const load::Summary& summary) {
  const bool out = summary.first_failure_us && !summary.first_acknowledged_after_us;
  const std::string failed = fmt::format("{} failed", summary.failed);
  return fmt::format("{} {:5.1f} s  {:.0f}/s  {} acknowledged  {}  p99 {:.1f} ms  {}",
                     state_mark(terminal, out ? "failed" : "running"), summary.elapsed_s, rate_of(summary),
                     summary.acknowledged_writes, paint(terminal, summary.failed > 0 ? Tone::bad : Tone::plain, failed),
                     milliseconds(summary.latencies.quantile_us(0.99)),
                     out ? paint(terminal, Tone::bad, clip(summary.last_error, 40)) : "by " + summary.served_by);
}

std::string load_text(const Terminal& terminal, const load::Summary& summary) {
  const auto& latencies = summary.latencies;
  std::string text = fmt::format(
      "{} {} requests in {:.1f} s ({:.1f}/s): {} writes acknowledged, {} reads, {} failed.\n"
      "  latency p50 {:.1f} ms, p90 {:.1f} ms, p99 {:.1f} ms; the longest request took {:.1f} ms\n",
      state_mark(terminal, summary.failed == 0 ? "done" : "warning"), summary.requests, summary.elapsed_s,
      rate_of(summary), summary.acknowledged_writes, summary.reads, summary.failed,
      milliseconds(latencies.quantile_us(0.5)), milliseconds(latencies.quantile_us(0.9)),
      milliseconds(latencies.quantile_us(0.99)), milliseconds(summary.longest_us));
  for (const auto& [region, writes] : summary.acknowledged_by) {
    text += fmt::format("  {} acknowledged {} writes\n", region, writes);
  }
  return text + outage_text(terminal, summary) + fmt::format("  every request is in {}\n", summary.record_file);
}

std::string load_document(const load::Summary& summary) {
  const auto& latencies = summary.latencies;
  const auto rto_ms = summary.client_rto_ms();
  const nlohmann::ordered_json json = {
      {"version", api::document_version},
      {"run", summary.run},
      {"record", summary.record_file},
      {"elapsed_s", summary.elapsed_s},
      {"requests", summary.requests},
      {"reads", summary.reads},
      {"acknowledged_writes", summary.acknowledged_writes},
      {"failed", summary.failed},
      {"rate_per_s", rate_of(summary)},
      {"latency_ms",
       {{"p50", milliseconds(latencies.quantile_us(0.5))},
        {"p90", milliseconds(latencies.quantile_us(0.9))},
        {"p99", milliseconds(latencies.quantile_us(0.99))},
        {"longest", milliseconds(summary.longest_us)}}},
      {"acknowledged_by", summary.acknowledged_by},
      {"client_rto_ms", rto_ms ? nlohmann::ordered_json(*rto_ms) : nlohmann::ordered_json()}};
  return json.dump();
}

}  // namespace lifeboat::cli
