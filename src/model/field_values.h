#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "model/fields.h"

// What the tables of fields share: the shapes of values, and how a value is taken out.

namespace lifeboat::model {

inline constexpr std::string_view label_pattern = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
inline constexpr std::string_view label_shape =
    "small letters, digits and '-', at most 63, with a letter or digit at both ends";
inline constexpr std::string_view duration_pattern = "^[0-9]{1,9}(ms|s|m|h)$";
inline constexpr std::string_view duration_shape = "a whole number and a unit: 100ms, 1s, 5m or 2h";
inline constexpr std::string_view whole_seconds_pattern = "^[0-9]{1,9}(s|m|h)$";
inline constexpr std::string_view whole_seconds_shape = "a whole number and a unit: 1s, 5m or 2h";
inline constexpr std::int64_t day_ms = 86'400'000;
inline constexpr std::int64_t hour_ms = 3'600'000;

inline constexpr auto as_text = [](const FieldValue& value) -> const std::string& {
  return std::get<std::string>(value);
};
inline constexpr auto as_number = [](const FieldValue& value) {
  return static_cast<int>(std::get<std::int64_t>(value));
};
inline constexpr auto as_port = [](const FieldValue& value) {
  return static_cast<std::uint16_t>(std::get<std::int64_t>(value));
};
inline constexpr auto as_duration = [](const FieldValue& value) { return std::get<std::chrono::milliseconds>(value); };

}  // namespace lifeboat::model
