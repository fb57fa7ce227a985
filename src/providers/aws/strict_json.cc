#include "providers/aws/strict_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

namespace lifeboat::aws_world {

using Json = nlohmann::json;

StrictObject::StrictObject(const Json& json, std::initializer_list<std::string_view> members) : json_(json) {
  if (!json_.is_object()) {
    reject("it is no JSON object");
    return;
  }
  for (const auto name : members) {
    if (!json_.contains(name)) reject(fmt::format("it lacks '{}'", name));
  }
  for (const auto& [name, value] : json_.items()) {
    if (std::ranges::find(members, name) == members.end()) reject(fmt::format("it has an unknown member '{}'", name));
  }
}

const Json& StrictObject::member(const char* name) const {
  static const Json none;
  return problem_.empty() ? json_.at(name) : none;
}

std::uint64_t StrictObject::number(const char* name) {
  const auto& value = member(name);
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  reject(fmt::format("'{}' is no whole number", name));
  return 0;
}

bool StrictObject::boolean(const char* name) {
  const auto& value = member(name);
  if (value.is_boolean()) return value.get<bool>();
  reject(fmt::format("'{}' is neither true nor false", name));
  return false;
}

std::string StrictObject::text(const char* name) {
  const auto& value = member(name);
  if (value.is_string()) return value.get<std::string>();
  reject(fmt::format("'{}' is no text", name));
  return "";
}

bool StrictObject::is_null(const char* name) const {
  return member(name).is_null();
}

void StrictObject::reject(std::string problem) {
  if (problem_.empty()) problem_ = std::move(problem);
}

Json parse_strictly(std::string_view text) {
  // A name that comes twice is damage: which of the two was meant nobody knows.
  std::vector<std::set<std::string>> names;
  bool is_twice = false;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key) is_twice |= !names.back().insert(parsed.get<std::string>()).second;
    return true;
  };
  auto parsed = Json::parse(text, watch, false);
  return parsed.is_discarded() || is_twice ? Json() : parsed;
}

std::unexpected<base::Error> damaged(const std::string& place, const std::string& problem) {
  return base::fail(base::ErrorCode::record_corrupt, fmt::format("{} is not what Lifeboat wrote: {}", place, problem),
                    "The bucket keeps earlier versions: look at them, and restore the newest that is whole.");
}

}  // namespace lifeboat::aws_world
