#include "cli/operation_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace lifeboat::cli {
namespace {

constexpr std::size_t most_lines = 12;

std::string next_command(const api::OperationView& operation) {
  if (operation.state == "done_unprotected" || (operation.kind == "failover" && operation.state == "done")) {
    return "lifeboat reprotect";
  }
  if (operation.state == "done") return "lifeboat status";
  return "lifeboat log";
}

std::string_view next_reason(const api::OperationView& operation) {
  if (operation.state == "done_unprotected" || (operation.kind == "failover" && operation.state == "done")) {
    return "the other region is no replica yet";
  }
  if (operation.state == "done") return "see both regions";
  return "see what was tried";
}

std::string ending(const api::OperationView& operation) {
  const std::string took = duration_text(operation.elapsed_ms);
  if (operation.state == "done") return fmt::format("done in {}.", took);
  if (operation.state == "done_unprotected") return fmt::format("done in {}, without a standby.", took);
  if (operation.state == "undone") return fmt::format("undone after {}: everything is as before.", took);
  if (operation.state == "refused") return fmt::format("refused after {}: nothing was promoted.", took);
  if (operation.state == "superseded") return fmt::format("superseded by a failover after {}.", took);
  return fmt::format("{} after {}.", operation.state, took);
}

}  // namespace

std::string state_mark(const Terminal& terminal, std::string_view state) {
  if (state == "done" || state == "ready" || state == "passed") return paint(terminal, Tone::good, "✔");
  if (state == "running" || state == "starting") return paint(terminal, Tone::accent, "◐");
  if (state == "waiting" || state == "stopped" || state == "absent") return paint(terminal, Tone::faint, "○");
  if (state == "warning" || state == "degraded" || state == "done_unprotected" || state == "undone" ||
      state == "unfinished") {
    return paint(terminal, Tone::warning, "▲");
  }
  if (state == "unknown") return paint(terminal, Tone::warning, "?");
  return paint(terminal, Tone::bad, "✖");
}

std::string sentence_line(const Terminal& terminal, const api::OperationView& operation, std::string_view sentence) {
  const std::string time = fmt::format("{:6.1f} s", static_cast<double>(operation.elapsed_ms) / 1000);
  return paint(terminal, Tone::faint, time) + "  " + std::string(sentence);
}

std::vector<std::string> progress_lines(const Terminal& terminal, const api::OperationView& operation) {
  const auto done = std::count_if(operation.progress.begin(), operation.progress.end(),
                                  [](const api::ProgressView& progress) { return progress.state == "done"; });
  std::vector<std::string> lines;
  lines.push_back(fmt::format("{} {} {}  {} of {}  {}", state_mark(terminal, "running"),
                              paint(terminal, Tone::strong, operation.kind), operation.phase, done,
                              operation.progress.size(), duration_text(operation.elapsed_ms)));
  for (const api::ProgressView& progress : operation.progress) {
    if (progress.state == "done" || progress.state == "waiting" || lines.size() > most_lines) continue;
    const auto room = static_cast<std::size_t>(std::max(terminal.width - 46, 0));
    lines.push_back(fmt::format("  {} {} {}  {}", state_mark(terminal, progress.state),
                                pad(clip(progress.asset, 28), 28), pad_left(duration_text(progress.elapsed_ms), 8),
                                paint(terminal, Tone::faint, clip(progress.detail, room))));
  }
  return lines;
}

std::string conclusion_text(const Terminal& terminal, const api::OperationView& operation) {
  std::string text = fmt::format("{} {} {}", state_mark(terminal, operation.state),
                                 paint(terminal, Tone::strong, operation.id), ending(operation));
  if (operation.error) {
    text += "\n  " + operation.error->message + " (" + operation.error->code + ")";
    if (!operation.error->help.empty()) text += "\n  " + operation.error->help;
  }
  return text + fmt::format("\n  Next: {}  {}\n", paint(terminal, Tone::accent, next_command(operation)),
                            paint(terminal, Tone::faint, fmt::format("({})", next_reason(operation))));
}

}  // namespace lifeboat::cli
