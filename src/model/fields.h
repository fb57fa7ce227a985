#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/stack.h"

namespace lifeboat::model {

enum class FieldType {
  text,        ///< A text that matches the pattern.
  version,     ///< A text or a number that matches the pattern: 15, "15.4".
  choice,      ///< One of the choices.
  integer,     ///< A whole number from minimum to maximum.
  boolean,     ///< true or false.
  duration,    ///< "100ms", "1s", "5m", "2h"; minimum and maximum in milliseconds.
  text_list,   ///< A list of texts or numbers, taken as they are written.
  zone_list,   ///< A list of zone names.
  text_map,    ///< Names with a text, number or truth value each, taken as it is written.
  region_map,  ///< Names of regions with a text each, taken as it is written.
};

/// One region as the file gives it, before its role and defaults are settled.
struct RegionDraft {
  Region region;
  std::string role;  ///< "home", "standby" or, when left out, empty.
};

using FieldValue = std::variant<bool, std::int64_t, std::string, std::chrono::milliseconds, std::vector<std::string>,
                                std::map<std::string, std::string>>;

/// What a field's setter writes to: the stack, and for the fields of a region that region.
struct FieldTarget {
  Stack& stack;
  RegionDraft* region;
};

/// One key of the stack file: everything the parser checks, and everything the JSON Schema and the commented file say
/// of it.
struct Field {
  std::string_view section;  ///< "" at the top, a section's name, "regions" for the keys of one region.
  std::string_view key;
  FieldType type;
  std::string_view description;   ///< One sentence.
  std::string_view default_json;  ///< The default as JSON; empty when there is none or it depends on other keys.
  void (*set)(FieldTarget&, const FieldValue&);
  bool required = false;
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  std::string_view pattern = {};  ///< An expression that ECMAScript and JSON Schema read alike, anchored at both ends.
  std::string_view shape = {};    ///< What the pattern asks for, in words.
  std::size_t max_length = 255;   ///< Of a text, in code points.
  std::vector<std::string_view> choices = {};
};

/// A group of keys at the top level, or ("monitoring.kubernetes") inside one of these.
struct Section {
  std::string_view name;
  std::string_view description;

  /// The section that it is inside of; empty at the top level.
  std::string_view parent() const { return name.substr(0, name.find('.') == name.npos ? 0 : name.find('.')); }
  /// The key under which the parent has it.
  std::string_view key() const { return name.substr(name.find('.') + 1); }
};

/// Every key, in the order in which a file is best read.
const std::vector<Field>& fields();
const std::vector<Section>& sections();

inline constexpr std::string_view regions_description = "The two regions: the home region and the standby region.";
inline constexpr std::size_t max_list_items = 100;
inline constexpr std::string_view environment_name_pattern = "^[A-Za-z_][A-Za-z0-9_]{0,63}$";
inline constexpr std::size_t max_item_length = 4096;

}  // namespace lifeboat::model
