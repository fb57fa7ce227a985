#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "aws/answer.h"
#include "aws/time_text.h"

namespace lifeboat::aws {
namespace {

using JsonRead = std::expected<Json, std::string>;

JsonRead read_value(const Shape& shape, const Json& value);

JsonRead unlike(std::string_view expected) {
  return std::unexpected(fmt::format("it is not {}", expected));
}

JsonRead read_object(const Shape& shape, const Json& value) {
  if (!value.is_object()) return unlike("an object");
  Json object = Json::object();
  for (const auto& member : shape.members) {
    const auto given = value.find(member.wire);
    // Null is how some services say that there is nothing.
    if (given == value.end() || given->is_null()) continue;
    auto read = read_value(member.shape, *given);
    if (!read) return std::unexpected(fmt::format("{}: {}", member.name, read.error()));
    object[member.name] = *std::move(read);
  }
  return object;
}

JsonRead read_array(const Shape& shape, const Json& value) {
  if (!value.is_array()) return unlike("a list");
  Json list = Json::array();
  for (const auto& element : value) {
    auto read = read_value(shape.element.front(), element);
    if (!read) return read;
    list.push_back(*std::move(read));
  }
  return list;
}

JsonRead read_map(const Shape& shape, const Json& value) {
  if (!value.is_object()) return unlike("a map");
  Json map = Json::object();
  for (const auto& [key, element] : value.items()) {
    auto read = read_value(shape.element.front(), element);
    if (!read) return read;
    map[key] = *std::move(read);
  }
  return map;
}

/// Seconds since 1970, with a fraction, or text.
JsonRead read_moment(const Json& value) {
  if (value.is_string()) return read_scalar(Kind::time, value.get<std::string>());
  constexpr double year_9999_s = 253'402'300'799;
  const bool fits = value.is_number() && std::abs(value.get<double>()) <= year_9999_s;
  if (!fits || value.get<double>() < 0) return unlike("a time");
  return to_rfc3339(base::WallTime(base::Milliseconds(std::llround(value.get<double>() * 1000))));
}

JsonRead read_value(const Shape& shape, const Json& value) {
  switch (shape.kind) {
    case Kind::structure:
      return read_object(shape, value);
    case Kind::list:
      return read_array(shape, value);
    case Kind::map:
      return read_map(shape, value);
    case Kind::time:
      return read_moment(value);
    case Kind::integer:
      return value.is_number_integer() ? JsonRead(value) : unlike("a whole number");
    case Kind::number:
      return value.is_number() ? JsonRead(value.get<double>()) : unlike("a number");
    case Kind::boolean:
      return value.is_boolean() ? JsonRead(value) : unlike("true or false");
    case Kind::text:
    case Kind::bytes:
      break;
  }
  return value.is_string() ? JsonRead(value) : unlike("text");
}

}  // namespace

std::expected<Json, std::string> read_json(const Shape& shape, std::string_view body) {
  const auto parsed = Json::parse(body, nullptr, false);
  if (parsed.is_discarded()) return std::unexpected(fmt::format("it is no JSON ({} bytes)", body.size()));
  return read_object(shape, parsed);
}

}  // namespace lifeboat::aws
