#include "events/core/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <span>

#include "events/core/envelope.h"
#include "events/core/query_string.h"

namespace lifeboat::events {
namespace {

using nlohmann::json;

struct Field {
  std::string_view name;
  std::size_t min;
  std::size_t max;
  bool email = false;
};

constexpr std::array event_fields = {Field{"name", 1, 50}, Field{"location", 1, 50}, Field{"description", 5, 200}};
constexpr std::array user_fields = {Field{"username", 1, 25}, Field{"email", 1, 75, true}};
constexpr std::array<std::string_view, 2> event_fixed = {"id", "created"};
constexpr std::array<std::string_view, 4> user_fixed = {"id", "created", "token", "role"};
constexpr std::int64_t largest_page = 10'000;

std::span<const Field> fields_of(Form form) {
  return form == Form::user ? std::span<const Field>(user_fields) : std::span<const Field>(event_fields);
}

bool has_fixed_field(Form form, const json& object) {
  const auto holds = [&](std::string_view name) { return object.contains(name); };
  return form == Form::user ? std::ranges::any_of(user_fixed, holds) : std::ranges::any_of(event_fixed, holds);
}

/// The errors of one given value, in the original's order: first what it is, then how long it is.
json check_value(const Field& field, const json& value) {
  json errors = json::array();
  if (value.is_null()) return json::array({"Field may not be null."});
  // PostgreSQL's text cannot hold U+0000.
  if (!value.is_string() || value.get_ref<const std::string&>().find('\0') != std::string::npos) {
    return json::array({"Not a valid string."});
  }
  const auto& text = value.get_ref<const std::string&>();
  if (field.email && !is_email(text)) errors.push_back("Not a valid email address.");
  const auto length = code_points(text);
  if (length < field.min || length > field.max) {
    errors.push_back(fmt::format("Length must be between {} and {}.", field.min, field.max));
  }
  return errors;
}

json check_object(Form form, const json& object, Fields& out) {
  json errors = json::object();
  const auto known = fields_of(form);
  for (const auto& [name, value] : object.items()) {
    const bool expected = std::ranges::any_of(known, [&](const Field& field) { return field.name == name; });
    if (!expected) errors[name] = json::array({"Unknown field."});
  }
  for (const auto& field : known) {
    const std::string name(field.name);
    if (!object.contains(name)) {
      if (form != Form::event_patch) errors[name] = json::array({"Missing data for required field."});
      continue;
    }
    auto found = check_value(field, object[name]);
    if (found.empty()) {
      out[name] = object[name].get<std::string>();
    } else {
      errors[name] = std::move(found);
    }
  }
  return errors;
}

/// A whole number without sign or spaces, at most `largest`.
std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t largest) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > largest) return std::nullopt;
  return value;
}

bool is_atom_char(char c) {
  constexpr std::string_view marks = "-!#$%&'*+/=?^_`{}|~";
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || marks.find(c) != std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
  bool expect_atom = true;
  for (const char c : text) {
    if (c == '.') {
      if (expect_atom) return false;
      expect_atom = true;
    } else {
      if (!is_atom_char(c)) return false;
      expect_atom = false;
    }
  }
  return !expect_atom;
}

bool is_quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == '\\' && i + 2 < text.size()) {
      ++i;
    } else if (c == '"' || c == '\\' || c > 126 || c == '\r' || c == '\n') {
      return false;
    }
  }
  return true;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_domain(std::string_view domain) {
  if (domain == "localhost") return true;
  const auto last_dot = domain.rfind('.');
  if (last_dot == std::string_view::npos || domain.size() - last_dot - 1 < 2) return false;
  while (true) {
    const auto dot = domain.find('.');
    if (!is_label(domain.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    domain.remove_prefix(dot + 1);
  }
}

}  // namespace

std::size_t code_points(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

bool is_email(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at == 0) return false;
  const auto user = text.substr(0, at);
  return (is_dot_atom(user) || is_quoted(user)) && is_domain(text.substr(at + 1));
}

OrRefusal<Fields> read_form(Form form, std::string_view body) {
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_discarded()) return std::unexpected(failure(400, message::bad_json));
  if (!parsed.is_object()) return std::unexpected(invalid(json{{"_schema", {"Invalid input type."}}}));
  if (has_fixed_field(form, parsed)) return std::unexpected(failure(409, message::not_modifiable));
  Fields fields;
  const json errors = check_object(form, parsed, fields);
  if (!errors.empty()) return std::unexpected(invalid(errors));
  return fields;
}

OrRefusal<std::int64_t> read_marker(std::string_view body) {
  const json parsed = json::parse(body, nullptr, false);
  if (parsed.is_discarded()) return std::unexpected(failure(400, message::bad_json));
  const bool valid =
      parsed.is_object() && parsed.size() == 1 && parsed.contains("number") && parsed["number"].is_number_integer() &&
      !(parsed["number"].is_number_unsigned() && parsed["number"].get<std::uint64_t>() > std::uint64_t{INT64_MAX});
  if (!valid) return std::unexpected(invalid(json{{"number", {"Not a valid integer."}}}));
  return parsed["number"].get<std::int64_t>();
}

OrRefusal<Page> read_page(std::string_view query) {
  Page page;
  json errors = json::object();
  for (const auto& [name, value] : parse_query(query)) {
    if (name == "limit") {
      page.limit = parse_count(value, largest_page);
      if (!page.limit || *page.limit == 0) {
        errors["limit"] = json::array({fmt::format("Must be a whole number between 1 and {}.", largest_page)});
      }
    } else if (name == "after") {
      const auto after = parse_count(value, INT64_MAX);
      if (!after) errors["after"] = json::array({"Must be the id of an event, or 0."});
      page.after = after.value_or(0);
    }
  }
  if (!errors.empty()) return std::unexpected(invalid(errors));
  return page;
}

}  // namespace lifeboat::events
