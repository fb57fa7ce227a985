#include "cli/verify_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/operation_text.h"

namespace lifeboat::cli {
namespace {

std::string headline(const Terminal& terminal, const api::VerifyView& verdict) {
  const auto passed = std::count_if(verdict.checks.begin(), verdict.checks.end(),
                                    [](const api::CheckView& check) { return check.state == "passed"; });
  const std::string words =
      verdict.ready() ? paint(terminal, Tone::good, "ready") : paint(terminal, Tone::bad, "not ready");
  const std::string meaning = verdict.ready() ? "the standby region could take over now"
                                              : "a failover now would fail, or lose more than the objective allows";
  return fmt::format("{}: {}. {} of {} checks passed: {}.\n", paint(terminal, Tone::strong, verdict.stack), words,
                     passed, verdict.checks.size(), meaning);
}

}  // namespace

std::string verify_text(const Terminal& terminal, const api::VerifyView& verdict) {
  std::string text = headline(terminal, verdict);
  for (const api::CheckView& check : verdict.checks) {
    text += fmt::format("\n{} {}\n", state_mark(terminal, check.state), paint(terminal, Tone::strong, check.title));
    for (const std::string& sentence : check.evidence) text += fmt::format("    {}\n", sentence);
  }
  return text;
}

}  // namespace lifeboat::cli
