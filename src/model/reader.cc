#include "model/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/suggest.h"
#include "model/value.h"

namespace lifeboat::model {

namespace {

class Reader {
 public:
  Reader(const Source& source, std::vector<Diagnostic>& diagnostics) : source_(source), diagnostics_(diagnostics) {}

  Draft read(const YamlNode& root) {
    if (root.kind != YamlNode::Kind::map) {
      report(root.place, "",
             root.is_null() ? "the file describes no stack"
                            : fmt::format("the file must be keys with values, and this is {}", describe_kind(root)),
             "begin with 'stack: NAME'; 'lifeboat init' writes a file to start from");
      return std::move(draft_);
    }
    read_keys(root, "", "", nullptr);
    return std::move(draft_);
  }

 private:
  void report(Place place, std::string_view path, std::string message, std::string hint,
              DiagnosticKind kind = DiagnosticKind::structure) {
    draft_.map.failed.emplace(path);
    diagnostics_.push_back(source_.diagnose(place, kind, message, hint));
  }

  // The keys of one group: those of the section, of which `prefix` is the path ("" at the top, "regions[0]." in a
  // region).
  void read_keys(const YamlNode& node, std::string_view section, const std::string& prefix, RegionDraft* region) {
    for (const YamlEntry& entry : node.entries) {
      const std::string path = prefix + entry.key;
      if (!known(section, entry.key)) {
        unknown_key(entry, section);
        continue;
      }
      const bool leaf = entry.value.kind == YamlNode::Kind::scalar && !entry.value.is_null();
      draft_.map.places[path] = leaf ? entry.value.place : entry.key_place;
      if (entry.value.refused)
        draft_.map.failed.insert(path);
      else if (entry.value.is_null())
        report(entry.key_place, path, fmt::format("'{}' has no value", entry.key), "give it one, or remove the key");
      else if (section.empty() && entry.key == "regions")
        read_regions(entry);
      else if (const Section* inner = find_section(section, entry.key))
        read_section(entry, *inner, path);
      else
        read_field(*find_field(section, entry.key), entry, path, region);
    }
    report_missing(node, section, prefix);
  }

  void read_section(const YamlEntry& entry, const Section& section, const std::string& path) {
    if (entry.value.kind == YamlNode::Kind::map) return read_keys(entry.value, section.name, path + ".", nullptr);
    report(entry.value.place, path,
           fmt::format("'{}' must be a group of keys, and this is {}", entry.key, describe_kind(entry.value)),
           fmt::format("the keys below '{}:' are {}", entry.key, join(keys_of(section.name))));
  }

  void read_regions(const YamlEntry& entry) {
    const YamlNode& list = entry.value;
    constexpr std::string_view form = "write two items: '- name: us-east-2' and '- name: us-west-1'";
    if (list.kind != YamlNode::Kind::list) {
      return report(entry.key_place, "regions",
                    fmt::format("'regions' must be a list, and this is {}", describe_kind(list)), std::string(form));
    }
    if (list.items.size() != 2) {
      report(entry.key_place, "regions",
             fmt::format("a stack has two regions, and this list has {}", list.items.size()), std::string(form));
    }
    draft_.regions.resize(std::min<std::size_t>(list.items.size(), max_list_items));
    for (std::size_t i = 0; i < draft_.regions.size(); ++i) {
      const std::string path = fmt::format("regions[{}]", i);
      draft_.map.places[path] = list.items[i].place;
      if (list.items[i].refused) {
        draft_.map.failed.insert(path);
      } else if (list.items[i].kind == YamlNode::Kind::map) {
        read_keys(list.items[i], "regions", path + ".", &draft_.regions[i]);
      } else {
        report(list.items[i].place, path,
               fmt::format("a region must be a group of keys, and this is {}", describe_kind(list.items[i])),
               "write '- name: REGION'");
      }
    }
  }

  void read_field(const Field& field, const YamlEntry& entry, const std::string& path, RegionDraft* region) {
    note_children(entry.value, path);
    const auto value = read_value(field, entry.value);
    if (value) {
      FieldTarget target{draft_.stack, region};
      field.set(target, *value);
      return;
    }
    for (const ValueProblem& problem : value.error()) {
      const bool group = problem.whole && entry.value.kind != YamlNode::Kind::scalar;
      report(group ? entry.key_place : problem.place, path, problem.message, problem.hint, problem.kind);
    }
  }

  void note_children(const YamlNode& node, const std::string& path) {
    if (node.kind == YamlNode::Kind::list) {
      for (std::size_t i = 0; i < node.items.size(); ++i)
        draft_.map.places[fmt::format("{}[{}]", path, i)] = node.items[i].place;
    }
    for (const YamlEntry& entry : node.entries) draft_.map.places[path + "." + entry.key] = entry.key_place;
  }

  void report_missing(const YamlNode& node, std::string_view section, const std::string& prefix) {
    const auto missing = [&](std::string_view key, std::string hint) {
      if (draft_.map.given(prefix + std::string(key))) return;
      const Place place = section.empty() ? Place{0, 1} : node.place;
      report(place, prefix + std::string(key), fmt::format("the key '{}' is missing", key), std::move(hint));
    };
    for (const Field& field : fields()) {
      if (field.section == section && field.required)
        missing(field.key, fmt::format("add '{}: …': {}", field.key, field.description));
    }
    if (section.empty())
      missing("regions", "add 'regions:' with two items: '- name: us-east-2' and '- name: us-west-1'");
  }

  void unknown_key(const YamlEntry& entry, std::string_view section) {
    const auto keys = keys_of(section);
    std::string hint;
    const auto elsewhere =
        std::ranges::find_if(fields(), [&](const Field& f) { return f.key == entry.key && !f.section.empty(); });
    if (const auto near = nearest(entry.key, keys))
      hint = fmt::format("did you mean '{}'?", *near);
    else if (elsewhere != fields().end())
      hint = fmt::format("'{}' belongs below '{}:'", entry.key, elsewhere->section);
    else
      hint = fmt::format("the keys here are {}", join(keys));
    const std::string where = section.empty()        ? "at the top level"
                              : section == "regions" ? "of a region"
                                                     : fmt::format("below '{}'", section);
    std::string_view rest = entry.key;
    for (int i = 0; i < 60 && !rest.empty(); ++i) take_code_point(rest);
    const std::string shown = std::string(entry.key, 0, entry.key.size() - rest.size()) + (rest.empty() ? "" : "…");
    diagnostics_.push_back(source_.diagnose(entry.key_place, DiagnosticKind::structure,
                                            fmt::format("'{}' is not a key {}", shown, where), hint));
  }

  static const Section* find_section(std::string_view parent, std::string_view key) {
    const auto found = std::ranges::find_if(
        sections(), [&](const Section& section) { return section.parent() == parent && section.key() == key; });
    return found == sections().end() ? nullptr : &*found;
  }

  static const Field* find_field(std::string_view section, std::string_view key) {
    const auto found =
        std::ranges::find_if(fields(), [&](const Field& f) { return f.section == section && f.key == key; });
    return found == fields().end() ? nullptr : &*found;
  }

  static bool known(std::string_view section, std::string_view key) {
    return find_field(section, key) != nullptr || find_section(section, key) != nullptr ||
           (section.empty() && key == "regions");
  }

  static std::vector<std::string_view> keys_of(std::string_view section) {
    std::vector<std::string_view> keys;
    for (const Field& field : fields()) {
      if (field.section == section) keys.push_back(field.key);
    }
    if (section.empty()) keys.push_back("regions");
    for (const Section& group : sections()) {
      if (group.parent() == section) keys.push_back(group.key());
    }
    return keys;
  }

  const Source& source_;
  std::vector<Diagnostic>& diagnostics_;
  Draft draft_;
};

}  // namespace

bool FileMap::unusable(std::string_view path) const {
  if (failed.contains("")) return true;
  for (std::size_t end = path.size(); end != std::string_view::npos && end > 0;
       end = path.find_last_of(".[", end - 1)) {
    if (failed.contains(path.substr(0, end))) return true;
  }
  return false;
}

Draft read_fields(const Source& source, const YamlNode& root, std::vector<Diagnostic>& diagnostics) {
  return Reader(source, diagnostics).read(root);
}

}  // namespace lifeboat::model
