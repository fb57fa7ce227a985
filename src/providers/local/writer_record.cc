#include "providers/local/writer_record.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "providers/local/postgres_files.h"

namespace lifeboat::local {
namespace {

using State = WriterRecord::State;

std::optional<State> state_from(std::string_view text) {
  for (const State state : std::array{State::none, State::open, State::promoting, State::fenced}) {
    if (to_string(state) == text) return state;
  }
  return std::nullopt;
}

std::optional<WriterRecord> parse(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("state") || !json.contains("epoch")) return std::nullopt;
  if (!json["state"].is_string() || !json["epoch"].is_number_unsigned()) return std::nullopt;
  const auto state = state_from(json["state"].get<std::string>());
  if (!state) return std::nullopt;
  const auto text_at = [&](const char* key) {
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
  };
  const bool established = json.contains("established") && json["established"] == true;
  return WriterRecord{*state,
                      base::Epoch{json["epoch"].get<std::uint64_t>()},
                      established,
                      text_at("writer"),
                      text_at("synchronous_standby"),
                      text_at("synchronous_replica")};
}

}  // namespace

base::Result<WriterRecord> load_writer_record(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return WriterRecord{};
  const auto text = read_text_file(file);
  if (!text) return std::unexpected(text.error());
  if (auto record = parse(*text)) return *record;
  return base::fail(base::ErrorCode::record_corrupt,
                    fmt::format("{} is not a record of the region's writer", file.string()));
}

base::Status save_writer_record(const std::filesystem::path& file, const WriterRecord& record) {
  const nlohmann::json json{{"state", std::string(to_string(record.state))},
                            {"epoch", record.epoch.value},
                            {"established", record.established},
                            {"writer", record.writer},
                            {"synchronous_standby", record.synchronous_standby},
                            {"synchronous_replica", record.synchronous_replica}};
  return write_file_durably(file, json.dump(2) + "\n");
}

std::string_view to_string(State state) {
  switch (state) {
    case State::none:
      return "none";
    case State::open:
      return "open";
    case State::promoting:
      return "promoting";
    case State::fenced:
      return "fenced";
  }
  std::unreachable();
}

}  // namespace lifeboat::local
