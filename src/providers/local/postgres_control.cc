#include "providers/local/postgres_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include "providers/local/postgres_program.h"
#include "providers/local/postgres_wal_tail.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;

constexpr std::uint64_t page_bytes = 8192;
constexpr std::uint64_t page_header_bytes = 24;
constexpr std::uint64_t first_page_header_bytes = 40;  ///< Of a segment.

template <class Number>
Number number(std::string_view text, int base = 10) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

std::string segment_name(std::uint32_t timeline, base::Lsn at, std::uint64_t segment_bytes) {
  const std::uint64_t segment = at.bytes / segment_bytes;
  const std::uint64_t per_log = 0x1'0000'0000ULL / segment_bytes;
  return fmt::format("{:08X}{:08X}{:08X}", timeline, segment / per_log, segment % per_log);
}

void take_line(ControlData& data, std::string_view key, std::string_view value) {
  if (key == "Database system identifier") data.system_identifier = value;
  if (key == "Database cluster state") data.state = value;
  if (key == "Latest checkpoint location") data.checkpoint = parse_lsn(value).value_or(base::Lsn{});
  if (key == "Latest checkpoint's REDO location") data.redo = parse_lsn(value).value_or(base::Lsn{});
  if (key == "Latest checkpoint's TimeLineID") data.timeline = number<std::uint32_t>(value);
  if (key == "Min recovery ending loc's timeline") data.recovery_timeline = number<std::uint32_t>(value);
  if (key == "Bytes per WAL segment") data.segment_bytes = number<std::uint64_t>(value);
}

}  // namespace

ControlData parse_control_data(const std::string& text) {
  ControlData data;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto begin = line.find_first_not_of(' ', colon + 1);
    if (begin != std::string::npos) take_line(data, line.substr(0, colon), std::string_view(line).substr(begin));
  }
  return data;
}

base::Result<ControlData> read_control_data(const std::filesystem::path& postgres_bin,
                                            const std::filesystem::path& data, const Deadline& deadline) {
  const auto text = run_program(
      {.argv = {postgres_bin / "pg_controldata", data.string()}, .working_directory = data, .environment = {}},
      deadline, {});
  if (!text) return std::unexpected(text.error());
  auto parsed = parse_control_data(*text);
  if (parsed.system_identifier.empty() || parsed.timeline == 0) {
    return base::fail(ErrorCode::postgres_failed, fmt::format("pg_controldata says nothing about {}", data.string()));
  }
  return parsed;
}

std::optional<base::Lsn> parse_lsn(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  const auto first = std::from_chars(text.data(), text.data() + slash, high, 16);
  const auto second = std::from_chars(text.data() + slash + 1, text.data() + text.size(), low, 16);
  if (first.ec != std::errc{} || second.ec != std::errc{} || first.ptr != text.data() + slash) return std::nullopt;
  return base::Lsn{(high << 32U) | low};
}

base::Lsn end_of_record(base::Lsn start, std::uint32_t length, std::uint64_t segment_bytes) {
  std::uint64_t at = start.bytes;
  std::uint64_t left = length;
  for (;;) {
    const std::uint64_t room = page_bytes - at % page_bytes;
    if (left <= room) break;
    left -= room;
    at += room;
    at += at % segment_bytes == 0 ? first_page_header_bytes : page_header_bytes;
  }
  at += left;
  return base::Lsn{(at + 7) / 8 * 8};
}

base::Result<base::Lsn> read_end_of_record(const std::filesystem::path& data, std::uint32_t timeline, base::Lsn start,
                                           std::uint64_t segment_bytes) {
  const auto file = data / "pg_wal" / segment_name(timeline, start, segment_bytes);
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(start.bytes % segment_bytes));
  std::uint32_t length = 0;
  stream.read(reinterpret_cast<char*>(&length), sizeof length);
  if (!stream || length < 24) {
    return base::fail(ErrorCode::postgres_failed,
                      fmt::format("{} has no record at {}", file.string(), base::to_string(start)));
  }
  return end_of_record(start, length, segment_bytes);
}

base::Result<base::Lsn> find_end_of_wal(const std::filesystem::path& postgres_bin, const std::filesystem::path& data,
                                        std::uint32_t timeline, base::Lsn from, std::uint64_t segment_bytes,
                                        const Deadline& deadline) {
  auto records = dump_wal(postgres_bin, data, timeline, from, deadline);
  if (!records) return std::unexpected(records.error());
  if (records->empty()) {
    return base::fail(ErrorCode::postgres_failed, fmt::format("{} has no WAL record of timeline {} from {} on",
                                                              data.string(), timeline, base::to_string(from)));
  }
  return end_of_record(records->back().start, records->back().length, segment_bytes);
}

std::vector<TimelineEnd> parse_timeline_history(const std::string& text) {
  std::vector<TimelineEnd> ends;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream fields(line);
    std::uint32_t timeline = 0;
    std::string position;
    if (!(fields >> timeline >> position)) continue;
    if (const auto end = parse_lsn(position)) ends.push_back({timeline, *end});
  }
  return ends;
}

std::string history_file_name(std::uint32_t timeline) {
  return fmt::format("{:08X}.history", timeline);
}

}  // namespace lifeboat::local
