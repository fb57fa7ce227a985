#include "providers/aws/seat_record.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>

#include "providers/aws/strict_json.h"

namespace lifeboat::aws_world {
namespace {

using nlohmann::json;

constexpr std::uint64_t seat_format = 1;
constexpr std::array<std::pair<SeatState, std::string_view>, 3> seat_states{
    {{SeatState::withdrawn, "withdrawn"}, {SeatState::left, "left"}, {SeatState::held, "held"}}};

json to_json(const engine::Term& term) {
  return {{"number", term.number}, {"controller", term.controller}};
}

engine::Term term_at(StrictObject& object, const char* name) {
  StrictObject term(object.member(name), {"number", "controller"});
  engine::Term read{.number = term.number("number"), .controller = term.text("controller")};
  if (!term.problem().empty()) object.reject(fmt::format("of its '{}': {}", name, term.problem()));
  return read;
}

SeatState state_at(StrictObject& object) {
  const auto text = object.text("state");
  for (const auto& [state, word] : seat_states) {
    if (word == text) return state;
  }
  object.reject(fmt::format("'state' is '{}', which means nothing", text));
  return SeatState::held;
}

}  // namespace

std::string to_text(const SeatRecord& record) {
  const auto word = seat_states.at(static_cast<std::size_t>(record.state)).second;
  const json object{{"format", seat_format}, {"term", to_json(record.term)}, {"before", to_json(record.before)},
                    {"mark", record.mark},   {"renewals", record.renewals},  {"state", word}};
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

base::Result<SeatRecord> seat_from_text(std::string_view text, const std::string& place) {
  const auto parsed = parse_strictly(text);
  StrictObject object(parsed, {"format", "term", "before", "mark", "renewals", "state"});
  if (object.problem().empty() && object.number("format") != seat_format) object.reject("it has another format");
  SeatRecord record;
  record.term = term_at(object, "term");
  record.before = term_at(object, "before");
  record.mark = object.text("mark");
  record.renewals = object.number("renewals");
  record.state = state_at(object);
  if (!object.problem().empty()) return damaged(place, object.problem());
  return record;
}

bool supersedes(const SeatRecord& other, const SeatRecord& own) {
  if (other.mark == own.mark || other.state == SeatState::withdrawn) return false;
  return std::tie(other.term.number, other.state, other.mark) > std::tie(own.term.number, own.state, own.mark);
}

}  // namespace lifeboat::aws_world
