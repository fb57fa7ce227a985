#include "api/log_view.h"

#include <fmt/format.h>

#include <chrono>

#include "api/fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<LogEntryView> View>
void describe(Visitor& visit, View& entry) {
  visit("seq", entry.seq);
  visit("at_ms", entry.at_ms);
  visit("at", entry.at);
  visit("sentence", entry.sentence);
  visit("operation", entry.operation);
}

template <class Visitor, ViewOf<LogView> View>
void describe(Visitor& visit, View& log) {
  visit("entries", log.entries);
}

std::string moment_text(std::int64_t unix_ms) {
  using namespace std::chrono;
  const sys_time<milliseconds> moment{milliseconds(unix_ms)};
  const auto day = floor<days>(moment);
  const year_month_day date(day);
  const hh_mm_ss time(moment - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

std::string to_document(const LogView& view) {
  return write_document(view);
}

std::string to_line(const LogEntryView& entry) {
  return write_line(entry);
}

base::Result<LogView> log_from_document(std::string_view text) {
  return read_document<LogView>(text, "log");
}

}  // namespace lifeboat::api
