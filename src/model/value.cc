#include "model/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <locale>
#include <regex>
#include <set>
#include <utility>

#include "model/region_catalogue.h"
#include "model/scalar.h"
#include "model/source.h"
#include "model/suggest.h"

namespace lifeboat::model {

namespace {

using Problems = std::vector<ValueProblem>;
using Read = std::expected<FieldValue, Problems>;

Read problem(const YamlNode& node, std::string message, std::string hint) {
  return std::unexpected(Problems{{node.place, std::move(message), std::move(hint), DiagnosticKind::structure, true}});
}

Read wrong_type(const Field& field, const YamlNode& node, std::string_view wanted, std::string hint) {
  return problem(node, fmt::format("'{}' must be {}, and this is {}", field.key, wanted, describe_kind(node)),
                 std::move(hint));
}

std::string shortened(std::string_view text) {
  constexpr std::size_t most = 60;
  std::string_view rest = text;
  for (std::size_t i = 0; i < most && !rest.empty(); ++i) take_code_point(rest);
  std::string shown(text.substr(0, text.size() - rest.size()));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return rest.empty() ? shown : shown + "…";
}

bool matches(std::string_view text, std::string_view pattern) {
  std::regex expression;
  expression.imbue(std::locale::classic());
  expression.assign(pattern.begin(), pattern.end());
  return std::regex_match(text.begin(), text.end(), expression);
}

Read read_text(const Field& field, const YamlNode& node) {
  const bool number = node.scalar_type == ScalarType::integer || node.scalar_type == ScalarType::number;
  const bool usable =
      node.is_text() || (field.type == FieldType::version && number && node.kind == YamlNode::Kind::scalar);
  if (!usable) {
    const bool quotable = node.kind == YamlNode::Kind::scalar && !node.is_null();
    return wrong_type(field, node, "text",
                      quotable ? fmt::format("put it in quotes: \"{}\"", shortened(node.scalar)) : "");
  }
  // The length first: the expression engine recurses with the length of the text.
  if (count_code_points(node.scalar) > field.max_length) {
    return problem(node, fmt::format("'{}' is longer than {} characters", field.key, field.max_length), "shorten it");
  }
  if (matches(node.scalar, field.pattern)) return node.scalar;
  Problems bad{{node.place, fmt::format("'{}' is not a valid value for '{}'", shortened(node.scalar), field.key),
                fmt::format("write {}", field.shape)}};
  // A validator sees the number and not how it is written, so that a schema can refuse only one that is out of range.
  const auto integer = to_integer(node);
  if (number && !(integer && (*integer < 0 || *integer > 99))) bad[0].kind = DiagnosticKind::meaning;
  return std::unexpected(std::move(bad));
}

Read read_choice(const Field& field, const YamlNode& node) {
  if (node.is_text()) {
    for (const std::string_view choice : field.choices) {
      if (choice == node.scalar) return node.scalar;
    }
  }
  if (node.kind != YamlNode::Kind::scalar || node.is_null()) return wrong_type(field, node, "one word", "");
  constexpr std::size_t few = 6;
  const auto near = nearest(node.scalar, field.choices);
  std::string hint;
  if (near)
    hint = fmt::format("did you mean '{}'?", *near);
  else if (field.choices.size() <= few)
    hint = fmt::format("choose from: {}", join(field.choices));
  else
    hint = "'lifeboat schema' lists the values";
  return problem(node, fmt::format("'{}' is not a known value for '{}'", shortened(node.scalar), field.key),
                 std::move(hint));
}

Read read_integer(const Field& field, const YamlNode& node) {
  const auto value = to_integer(node);
  const std::string range = fmt::format("a whole number from {} to {}", field.minimum, field.maximum);
  if (value && *value >= field.minimum && *value <= field.maximum) return *value;
  if (value)
    return problem(node, fmt::format("'{}' must be {}, and this is {}", field.key, range, shortened(node.scalar)), "");
  YamlNode unquoted = node;
  unquoted.scalar_type = core_type(node.scalar);
  const bool quoted = node.is_text() && to_integer(unquoted).has_value();
  return wrong_type(field, node, range, quoted ? "remove the quotes" : "");
}

Read read_boolean(const Field& field, const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar && node.scalar_type == ScalarType::boolean) {
    return node.scalar[0] == 't' || node.scalar[0] == 'T';
  }
  return wrong_type(field, node, "true or false", "write true or false, without quotes");
}

Read read_duration(const Field& field, const YamlNode& node) {
  const std::string form = fmt::format("write {}", field.shape);
  if (!node.is_text()) return wrong_type(field, node, "a duration", form);
  const auto duration = to_duration(node.scalar);
  if (!duration || !matches(node.scalar, field.pattern)) {
    return problem(node, fmt::format("'{}' is not a duration for '{}'", shortened(node.scalar), field.key), form);
  }
  const std::chrono::milliseconds least(field.minimum), most(field.maximum);
  if (*duration >= least && *duration <= most) return *duration;
  Problems range{{node.place,
                  fmt::format("'{}' must be from {} to {}, and this is {}", field.key, duration_text(least),
                              duration_text(most), node.scalar),
                  ""}};
  // JSON Schema has no way to say the range of a text.
  range[0].kind = DiagnosticKind::meaning;
  return std::unexpected(std::move(range));
}

Read read_list(const Field& field, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::list) {
    return wrong_type(field, node, "a list", fmt::format("write it as a list: {}: [\"…\", \"…\"]", field.key));
  }
  if (node.items.size() > max_list_items) {
    return problem(node, fmt::format("'{}' has {} items, more than {}", field.key, node.items.size(), max_list_items),
                   "shorten it");
  }
  Problems problems;
  std::vector<std::string> values;
  for (const YamlNode& item : node.items) {
    const bool scalar = item.kind == YamlNode::Kind::scalar && !item.is_null();
    const bool usable = field.type == FieldType::zone_list ? item.is_text() : scalar;
    if (!usable) {
      problems.push_back({item.place,
                          fmt::format("an item of '{}' must be text, and this is {}", field.key, describe_kind(item)),
                          ""});
    } else if (item.scalar.empty()) {
      problems.push_back(
          {item.place, fmt::format("an item of '{}' is empty", field.key), "remove it, or say what it is"});
    } else if (count_code_points(item.scalar) > max_item_length) {
      problems.push_back(
          {item.place, fmt::format("an item of '{}' is longer than {} characters", field.key, max_item_length), ""});
    }
    values.push_back(item.scalar);
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return values;
}

Read read_zones(const Field& field, const YamlNode& node) {
  auto list = read_list(field, node);
  if (!list) return list;
  if (node.items.size() < 2) {
    return problem(node, fmt::format("a region needs two zones or more, and this list has {}", node.items.size()),
                   "add a zone, so that losing one does not lose the region");
  }
  std::set<std::string> seen;
  for (const YamlNode& item : node.items) {
    if (seen.insert(item.scalar).second) continue;
    return std::unexpected(
        Problems{{item.place, fmt::format("the zone '{}' stands here twice", item.scalar), "name two zones"}});
  }
  return list;
}

Read read_map(const Field& field, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::map) {
    return wrong_type(field, node, "a group of keys", fmt::format("write names and values below '{}:'", field.key));
  }
  if (node.entries.size() > max_list_items) {
    return problem(node,
                   fmt::format("'{}' has {} entries, more than {}", field.key, node.entries.size(), max_list_items),
                   "shorten it");
  }
  Problems problems;
  std::map<std::string, std::string> values;
  for (const auto& [key, key_place, value] : node.entries) {
    if (key.size() > 64 || !matches(key, environment_name_pattern)) {
      problems.push_back({key_place, fmt::format("'{}' is not a name for a variable", shortened(key)),
                          "use letters, digits and '_', at most 64, not beginning with a digit"});
    }
    if (value.kind != YamlNode::Kind::scalar || value.is_null()) {
      problems.push_back({value.is_null() ? key_place : value.place,
                          fmt::format("the variable '{}' must be text or a number, and this is {}", shortened(key),
                                      describe_kind(value)),
                          value.is_null() ? "for an empty value write \"\"" : ""});
    } else if (count_code_points(value.scalar) > max_item_length) {
      problems.push_back(
          {value.place, fmt::format("the variable '{}' is longer than {} characters", key, max_item_length), ""});
    }
    values.emplace(key, value.scalar);
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return values;
}

ValueProblem no_region(const std::string& key, const Place& place) {
  const auto near = nearest(key, region_names());
  return {place, fmt::format("'{}' is no region of AWS that Lifeboat knows", shortened(key)),
          near ? fmt::format("did you mean '{}'?", *near) : "name the two regions of this stack"};
}

Read read_region_map(const Field& field, const YamlNode& node) {
  if (node.kind != YamlNode::Kind::map) {
    return wrong_type(field, node, "a group of regions", fmt::format("write 'REGION: NAME' below '{}:'", field.key));
  }
  const auto known = region_names();
  Problems problems;
  std::map<std::string, std::string> values;
  for (const auto& [key, key_place, value] : node.entries) {
    if (std::ranges::find(known, key) == known.end()) problems.push_back(no_region(key, key_place));
    if (value.kind != YamlNode::Kind::scalar || value.is_null()) {
      problems.push_back({value.is_null() ? key_place : value.place,
                          fmt::format("what '{}' names for '{}' must be text, and this is {}", field.key,
                                      shortened(key), describe_kind(value)),
                          ""});
    } else if (value.scalar.empty() || count_code_points(value.scalar) > field.max_length) {
      problems.push_back({value.place,
                          fmt::format("what '{}' names for '{}' has {} characters", field.key, shortened(key),
                                      count_code_points(value.scalar)),
                          fmt::format("use 1 to {}", field.max_length)});
    }
    values.emplace(key, value.scalar);
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return values;
}

}  // namespace

std::string join(const std::vector<std::string_view>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::expected<FieldValue, std::vector<ValueProblem>> read_value(const Field& field, const YamlNode& node) {
  switch (field.type) {
    case FieldType::text:
    case FieldType::version:
      return read_text(field, node);
    case FieldType::choice:
      return read_choice(field, node);
    case FieldType::integer:
      return read_integer(field, node);
    case FieldType::boolean:
      return read_boolean(field, node);
    case FieldType::duration:
      return read_duration(field, node);
    case FieldType::text_list:
      return read_list(field, node);
    case FieldType::zone_list:
      return read_zones(field, node);
    case FieldType::text_map:
      return read_map(field, node);
    case FieldType::region_map:
      return read_region_map(field, node);
  }
  std::unreachable();
}

}  // namespace lifeboat::model
