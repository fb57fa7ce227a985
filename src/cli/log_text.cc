#include "cli/log_text.h"

#include <fmt/format.h>

namespace lifeboat::cli {
namespace {

constexpr std::size_t date_length = 10;
constexpr std::size_t time_start = 11;
constexpr std::size_t time_length = 12;
constexpr std::size_t operation_width = 14;

}  // namespace

std::string log_line(const Terminal& terminal, const api::LogEntryView& entry) {
  const std::string moment = api::moment_text(entry.at_ms);
  return fmt::format("{}  {} {}", paint(terminal, Tone::faint, moment.substr(time_start, time_length)),
                     paint(terminal, Tone::accent, pad(entry.operation.value_or(""), operation_width)), entry.sentence);
}

std::string log_text(const Terminal& terminal, const api::LogView& log) {
  if (log.entries.empty()) return "Nothing has happened yet.\n";
  std::string text;
  std::string day;
  for (const api::LogEntryView& entry : log.entries) {
    const std::string date = api::moment_text(entry.at_ms).substr(0, date_length);
    if (date != day) text += paint(terminal, Tone::strong, date) + " (UTC)\n";
    day = date;
    text += log_line(terminal, entry) + "\n";
  }
  return text;
}

}  // namespace lifeboat::cli
