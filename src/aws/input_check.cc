#include "aws/input_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lifeboat::aws {
namespace {

std::unexpected<base::Error> unfit(const std::string& where, std::string_view what) {
  return base::fail(base::ErrorCode::aws_refused, fmt::format("{} {}", where, what));
}

/// A path has no empty parts, and a header no ends of lines that would begin another one.
bool fits_its_place(const Member& member, const Json& input) {
  if (!input.contains(member.name)) return true;
  if (member.place == Place::uri) return !text_of(input.at(member.name)).empty();
  if (member.place != Place::header) return true;
  return std::ranges::none_of(text_of(input.at(member.name)), [](char c) { return (c >= 0 && c < ' ') || c == 127; });
}

base::Status check_structure(const Shape& shape, const Json& input, const std::string& where) {
  if (!input.is_object()) return unfit(where, "is not an object");
  for (const auto& [name, value] : input.items()) {
    const auto member = std::ranges::find(shape.members, name, &Member::name);
    if (member == shape.members.end()) return unfit(where, fmt::format("has no member {}", name));
    if (auto fits = check_input(member->shape, value, where + "." + name); !fits) return fits;
  }
  for (const auto& member : shape.members) {
    if (member.is_required && !input.contains(member.name)) return unfit(where, "lacks " + member.name);
    if (!fits_its_place(member, input)) return unfit(where, "has an unusable " + member.name);
  }
  return {};
}

base::Status check_elements(const Shape& shape, const Json& input, const std::string& where) {
  const bool is_list = shape.kind == Kind::list;
  if (is_list != input.is_array() || is_list == input.is_object())
    return unfit(where, is_list ? "is not a list" : "is not a map");
  for (const auto& value : input) {
    if (auto fits = check_input(shape.element.front(), value, where + "[]"); !fits) return fits;
  }
  return {};
}

}  // namespace

base::Status check_input(const Shape& shape, const Json& input, const std::string& where) {
  switch (shape.kind) {
    case Kind::structure:
      return check_structure(shape, input, where);
    case Kind::list:
    case Kind::map:
      return check_elements(shape, input, where);
    case Kind::integer:
      if (!input.is_number_integer()) return unfit(where, "is not a whole number");
      return {};
    case Kind::number:
      if (!input.is_number()) return unfit(where, "is not a number");
      return {};
    case Kind::boolean:
      if (!input.is_boolean()) return unfit(where, "is neither true nor false");
      return {};
    case Kind::text:
    case Kind::time:
    case Kind::bytes:
      break;
  }
  if (!input.is_string()) return unfit(where, "is not text");
  return {};
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace lifeboat::aws
