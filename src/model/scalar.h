#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/yaml_tree.h"

namespace lifeboat::model {

/// The type of an unquoted scalar under YAML 1.2's core schema.
ScalarType core_type(std::string_view text);

/// The whole number that a scalar of type integer or number means; 3.0 is 3, as in JSON Schema. Nothing when it is not
/// one.
std::optional<std::int64_t> to_integer(const YamlNode& node);

/// "100ms", "1s", "5m", "2h": digits (nine at most) and one unit. Nothing when the text has another form.
std::optional<std::chrono::milliseconds> to_duration(std::string_view text);

/// The shortest spelling that to_duration reads back: 60000 ms is "1m".
std::string duration_text(std::chrono::milliseconds duration);

}  // namespace lifeboat::model
