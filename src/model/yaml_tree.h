#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.h"
#include "model/source.h"

namespace lifeboat::model {

/// What a scalar is under YAML's core schema, which is how editors and JSON Schema validators see it too.
enum class ScalarType { null, boolean, integer, number, text };

struct YamlEntry;

/// A node of the file with its place in the text. A value; owns everything below it.
struct YamlNode {
  enum class Kind { scalar, list, map };

  Kind kind = Kind::scalar;
  ScalarType scalar_type = ScalarType::null;
  std::string scalar;  ///< The scalar's text, quotes and escapes resolved.
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;  ///< In the file's order; no key twice.
  Place place;
  bool refused = false;  ///< An alias or tagged: already reported, and what it means is not known.

  bool is_null() const { return kind == Kind::scalar && scalar_type == ScalarType::null; }
  bool is_text() const { return kind == Kind::scalar && scalar_type == ScalarType::text; }
};

struct YamlEntry {
  std::string key;
  Place key_place;
  YamlNode value;
};

inline constexpr std::size_t max_stack_file_bytes = 1 << 20;
inline constexpr std::size_t max_stack_file_depth = 16;

/// Reads one YAML document. Answers nothing when it could not be read to its end; problems (all of kind syntax) are
/// added to the diagnostics either way: a tree may come with errors such as a key that stands twice. Never throws,
/// whatever the bytes.
std::optional<YamlNode> read_yaml(const Source& source, std::vector<Diagnostic>& diagnostics);

/// "a number", "a list" …: the node as a message calls it.
std::string_view describe_kind(const YamlNode& node);

}  // namespace lifeboat::model
