#include "providers/local/drill_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "system/files.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;

constexpr const char* begun_key = "begun_ms";
constexpr const char* promotion_key = "promotion_ms";
constexpr const char* discarded_key = "discarded_through_ms";

base::WallTime wall_time(std::int64_t ms) {
  return base::WallTime(base::Milliseconds(ms));
}

}  // namespace

base::Result<DrillRecord> load_drill_record(const std::filesystem::path& file) {
  const auto text = system::read_file(file);
  if (!text && text.error().code == ErrorCode::file_missing) return DrillRecord{};
  if (!text) return std::unexpected(text.error());
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  try {
    DrillRecord record;
    record.discarded_through = wall_time(json.at(discarded_key));
    if (json.contains(begun_key)) record.begun = wall_time(json.at(begun_key));
    if (json.contains(promotion_key)) record.promotion = base::Milliseconds(json.at(promotion_key).get<std::int64_t>());
    return record;
  } catch (const nlohmann::json::exception& error) {
    return base::fail(ErrorCode::record_corrupt, fmt::format("{}: {}", file.string(), error.what()),
                      "Remove the file; it only says what is left of drills.");
  }
}

base::Status save_drill_record(const std::filesystem::path& file, const DrillRecord& record) {
  nlohmann::json json{{discarded_key, record.discarded_through.time_since_epoch().count()}};
  if (record.begun) json[begun_key] = record.begun->time_since_epoch().count();
  if (record.promotion) json[promotion_key] = record.promotion->count();
  if (auto made = system::make_folder(file.parent_path()); !made) return made;
  return system::replace_file(file, json.dump() + "\n");
}

DrillRecord discarded(DrillRecord record, base::WallTime begun) {
  record.discarded_through = std::max({record.discarded_through, begun, record.begun.value_or(begun)});
  return record;
}

base::Status goes_on(const DrillRecord& record, base::WallTime begun) {
  if (begun > record.discarded_through) return {};
  return base::fail(ErrorCode::stale_epoch,
                    "this drill is over: it was discarded, or one that began later by its controller's clock");
}

}  // namespace lifeboat::local
