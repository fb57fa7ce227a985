#include "aws/time_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace lifeboat::aws {
namespace {

using std::chrono::milliseconds;

/// Reads from the front; once something did not fit, nothing fits.
class TextReader {
 public:
  explicit TextReader(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int value = 0;
    const auto part = rest_.substr(0, count);
    const bool are_digits =
        part.size() == count && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
    fits_ = fits_ && are_digits;
    if (!fits_) return 0;
    std::from_chars(part.data(), part.data() + part.size(), value);
    rest_.remove_prefix(count);
    return value;
  }

  bool accept(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  void expect(std::string_view text) { fits_ = accept(text) && fits_; }
  std::string_view take(std::size_t count) {
    const auto part = rest_.substr(0, count);
    rest_.remove_prefix(part.size());
    return part;
  }
  bool is_digit() const { return fits_ && !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; }
  bool ended_well() const { return fits_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool fits_ = true;
};

struct Parts {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

std::optional<base::WallTime> time_of(const Parts& parts) {
  const auto date = std::chrono::year(parts.year) / parts.month / parts.day;
  if (!date.ok() || parts.hour > 23 || parts.minute > 59 || parts.second > 60) return std::nullopt;
  return base::WallTime(std::chrono::sys_days(date)) + std::chrono::hours(parts.hour) +
         std::chrono::minutes(parts.minute) + std::chrono::seconds(parts.second);
}

milliseconds fraction(TextReader& reader) {
  int value = 0;
  int read = 0;
  for (; reader.is_digit(); ++read) {
    const int digit = reader.digits(1);
    if (read < 3) value = value * 10 + digit;
  }
  for (; read < 3; ++read) value *= 10;
  return milliseconds(value);
}

std::chrono::minutes offset(TextReader& reader) {
  if (reader.accept("Z") || reader.accept("z")) return {};
  const bool is_behind = reader.accept("-");
  if (!is_behind) reader.expect("+");
  const int hours = reader.digits(2);
  reader.accept(":");
  const auto distance = std::chrono::minutes(hours * 60 + reader.digits(2));
  return is_behind ? -distance : distance;
}

}  // namespace

std::string to_rfc3339(base::WallTime time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = (time - whole).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}{}Z", fmt::gmtime(static_cast<std::time_t>(whole.time_since_epoch().count())),
                     rest == 0 ? "" : fmt::format(".{:03}", rest));
}

std::optional<base::WallTime> from_rfc3339(std::string_view text) {
  TextReader reader(text);
  Parts parts;
  parts.year = reader.digits(4);
  reader.expect("-");
  parts.month = reader.digits(2);
  reader.expect("-");
  parts.day = reader.digits(2);
  if (!reader.accept("T")) reader.expect(" ");
  parts.hour = reader.digits(2);
  reader.expect(":");
  parts.minute = reader.digits(2);
  reader.expect(":");
  parts.second = reader.digits(2);
  const auto part = reader.accept(".") ? fraction(reader) : milliseconds{};
  const auto ahead = offset(reader);
  const auto time = time_of(parts);
  if (!reader.ended_well() || !time) return std::nullopt;
  return *time + part - ahead;
}

std::optional<base::WallTime> from_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  TextReader reader(text);
  Parts parts;
  reader.take(3);
  reader.expect(", ");
  parts.day = reader.digits(2);
  reader.expect(" ");
  parts.month = static_cast<int>(std::ranges::find(months, reader.take(3)) - months.begin()) + 1;
  reader.expect(" ");
  parts.year = reader.digits(4);
  reader.expect(" ");
  parts.hour = reader.digits(2);
  reader.expect(":");
  parts.minute = reader.digits(2);
  reader.expect(":");
  parts.second = reader.digits(2);
  reader.expect(" GMT");
  const auto time = time_of(parts);
  return reader.ended_well() ? time : std::nullopt;
}

}  // namespace lifeboat::aws
