#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/fields.h"
#include "model/source.h"
#include "model/yaml_tree.h"

namespace lifeboat::model {

/// Where each value of the file stands, by its path ("web.count", "regions[0].zones[1]"), and which ones could not be
/// used.
struct FileMap {
  std::map<std::string, Place, std::less<>> places;
  std::set<std::string, std::less<>> failed;

  bool given(std::string_view path) const { return places.contains(path); }
  /// True when the value at the path, or what holds it, could not be used: no check may build on it.
  bool unusable(std::string_view path) const;
};

/// What the file says, value by value, before the checks across values.
struct Draft {
  Stack stack;
  std::vector<RegionDraft> regions;
  FileMap map;
};

/// Holds the tree against the field table. Problems (kind structure) are added to the diagnostics.
Draft read_fields(const Source& source, const YamlNode& root, std::vector<Diagnostic>& diagnostics);

}  // namespace lifeboat::model
