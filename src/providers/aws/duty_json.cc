#include "providers/aws/duty_json.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "providers/aws/strict_json.h"

namespace lifeboat::aws_world {
namespace {

using nlohmann::json;

constexpr std::uint64_t duty_format = 1;
constexpr std::array roles{model::RegionRole::none, model::RegionRole::active, model::RegionRole::standby};
constexpr std::array modes{model::TrafficMode::closed, model::TrafficMode::serve, model::TrafficMode::forward};

template <class Words>
auto word(StrictObject& object, const char* name, const Words& words) {
  const auto text = object.text(name);
  for (const auto candidate : words) {
    if (model::to_string(candidate) == text) return candidate;
  }
  object.reject(fmt::format("'{}' is '{}', which means nothing", name, text));
  return words.front();
}

base::Epoch epoch(StrictObject& object, const char* name) {
  return {object.number(name)};
}

}  // namespace

std::string to_text(const WrittenDuty& written) {
  const auto& [duty, traffic, writes_held, final_position, discarded_through] = written.duty;
  json object{{"format", duty_format},
              {"role", model::to_string(duty.role)},
              {"active_region", duty.active_region.value},
              {"epoch", duty.epoch.value},
              {"newest_epoch", duty.newest.value},
              {"writes_in", duty.writes_in.value},
              {"fenced_through", duty.fenced_through.value},
              {"term", {{"number", duty.term.number}, {"controller", duty.term.controller}}},
              {"traffic", model::to_string(traffic)},
              {"writes_held", writes_held},
              {"final_position", nullptr},
              {"drills_discarded_through_ms", discarded_through.time_since_epoch().count()},
              {"mark", written.mark}};
  if (final_position) object["final_position"] = final_position->bytes;
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

base::Result<WrittenDuty> duty_from_text(std::string_view text, const std::string& place) {
  const auto parsed = parse_strictly(text);
  StrictObject object(
      parsed, {"format", "role", "active_region", "epoch", "newest_epoch", "writes_in", "fenced_through", "term",
               "traffic", "writes_held", "final_position", "drills_discarded_through_ms", "mark"});
  if (object.problem().empty() && object.number("format") != duty_format) object.reject("it has another format");
  WrittenDuty written;
  StrictObject term(object.member("term"), {"number", "controller"});
  auto& [duty, traffic, writes_held, final_position, discarded_through] = written.duty;
  duty.role = word(object, "role", roles);
  duty.active_region = {object.text("active_region")};
  duty.epoch = epoch(object, "epoch");
  duty.newest = epoch(object, "newest_epoch");
  duty.writes_in = epoch(object, "writes_in");
  duty.fenced_through = epoch(object, "fenced_through");
  duty.term = {.number = term.number("number"), .controller = term.text("controller")};
  traffic = word(object, "traffic", modes);
  writes_held = object.boolean("writes_held");
  if (!object.is_null("final_position")) final_position = base::Lsn{object.number("final_position")};
  discarded_through =
      base::WallTime(base::Milliseconds(static_cast<std::int64_t>(object.number("drills_discarded_through_ms"))));
  written.mark = object.text("mark");
  if (!term.problem().empty()) object.reject("of its 'term': " + term.problem());
  if (!object.problem().empty()) return damaged(place, object.problem());
  return written;
}

}  // namespace lifeboat::aws_world
