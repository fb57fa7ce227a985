#include "model/scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace lifeboat::model {

namespace {

bool is_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool all_digits(std::string_view text, std::string_view digits) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

bool is_integer(std::string_view text) {
  if (text.starts_with("0x")) return all_digits(text.substr(2), "0123456789abcdefABCDEF");
  if (text.starts_with("0o")) return all_digits(text.substr(2), "01234567");
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return all_digits(text, "0123456789");
}

// [-+]? ( "." digits | digits ( "." digits? )? ) ( e [-+]? digits )?, infinities and not-a-number.
bool is_number(std::string_view text) {
  if (is_any(text, {".nan", ".NaN", ".NAN"})) return true;
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (is_any(text, {".inf", ".Inf", ".INF"})) return true;
  const std::size_t exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos) {
    std::string_view digits = text.substr(exponent + 1);
    if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
    if (!all_digits(digits, "0123456789")) return false;
    text = text.substr(0, exponent);
  }
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos) return all_digits(text, "0123456789");
  const std::string_view whole = text.substr(0, point), part = text.substr(point + 1);
  if (whole.empty()) return all_digits(part, "0123456789");
  return all_digits(whole, "0123456789") && (part.empty() || all_digits(part, "0123456789"));
}

}  // namespace

ScalarType core_type(std::string_view text) {
  if (text.empty() || is_any(text, {"~", "null", "Null", "NULL"})) return ScalarType::null;
  if (is_any(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return ScalarType::boolean;
  if (is_integer(text)) return ScalarType::integer;
  if (is_number(text)) return ScalarType::number;
  return ScalarType::text;
}

std::optional<std::int64_t> to_integer(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar) return std::nullopt;
  std::string_view text = node.scalar;
  if (text.starts_with('+')) text.remove_prefix(1);
  if (node.scalar_type == ScalarType::number) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || std::nearbyint(value) != value) return std::nullopt;
    return std::abs(value) < 1e15 ? std::optional(static_cast<std::int64_t>(value)) : std::nullopt;
  }
  if (node.scalar_type != ScalarType::integer) return std::nullopt;
  const int base = text.starts_with("0x") ? 16 : text.starts_with("0o") ? 8 : 10;
  if (base != 10) text.remove_prefix(2);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  // A number too large for 64 bits is a number all the same, and out of every range.
  if (error == std::errc::result_out_of_range) return std::numeric_limits<std::int64_t>::max();
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
constexpr std::array<Unit, 4> units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

}  // namespace

std::optional<std::chrono::milliseconds> to_duration(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  if (digits == 0 || digits > 9) return std::nullopt;
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + digits, count);
  const auto unit = std::ranges::find(units, text.substr(digits), &Unit::name);
  if (unit == units.end()) return std::nullopt;
  return std::chrono::milliseconds(count * unit->ms);
}

std::string duration_text(std::chrono::milliseconds duration) {
  if (duration.count() == 0) return "0s";
  for (const Unit& unit : units) {
    if (duration.count() % unit.ms == 0) return fmt::format("{}{}", duration.count() / unit.ms, unit.name);
  }
  return fmt::format("{}ms", duration.count());
}

}  // namespace lifeboat::model
