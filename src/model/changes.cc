#include "model/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "model/describe.h"

namespace lifeboat::model {
namespace {

constexpr std::array<std::string_view, 10> lasting_keys{
    "stack",           "world",          "home.",        "standby.",         "database.name",
    "database.engine", "database.nodes", "database.aws", "database.version", "aws.account"};

bool is_lasting(std::string_view key) {
  return std::ranges::any_of(lasting_keys, [key](std::string_view lasting) {
    return lasting.ends_with('.') ? key.starts_with(lasting) : key == lasting;
  });
}

void compare(const std::string& key, const nlohmann::json& before, const nlohmann::json& after,
             std::vector<Change>& found) {
  if (before != after) found.push_back({key, before.dump(), after.dump(), is_lasting(key)});
}

}  // namespace

std::vector<Change> changes(const Stack& before, const Stack& after) {
  const auto old_keys = nlohmann::json::parse(stack_to_json(before));
  const auto new_keys = nlohmann::json::parse(stack_to_json(after));
  std::vector<Change> found;
  for (const auto& [section, value] : old_keys.items()) {
    if (!value.is_object()) {
      compare(section, value, new_keys[section], found);
      continue;
    }
    for (const auto& [key, one] : value.items()) compare(section + "." + key, one, new_keys[section][key], found);
  }
  return found;
}

std::string to_text(const std::vector<Change>& changes) {
  std::string text;
  for (const auto& change : changes) {
    if (!text.empty()) text += ", ";
    text += change.key;
    if (change.key != "web.environment") text += fmt::format(" {} → {}", change.before, change.after);
  }
  return text;
}

}  // namespace lifeboat::model
