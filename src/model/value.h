#pragma once

#include <expected>
#include <string>
#include <vector>

#include "model/diagnostic.h"
#include "model/fields.h"
#include "model/yaml_tree.h"

namespace lifeboat::model {

/// Why a node is not a value of its field.
struct ValueProblem {
  Place place;
  std::string message;
  std::string hint;
  DiagnosticKind kind = DiagnosticKind::structure;
  bool whole = false;  ///< It is about the value as a whole; of a list or group it is best shown at its key.
};

/// The field's value from the node, or everything that is wrong with it.
std::expected<FieldValue, std::vector<ValueProblem>> read_value(const Field& field, const YamlNode& node);

/// The words joined by commas, for messages.
std::string join(const std::vector<std::string_view>& words);

}  // namespace lifeboat::model
