#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "providers/local/deadline.h"

namespace lifeboat::local {

/// What a data folder's control file says; read by pg_controldata, so right whether or not a server runs.
struct ControlData {
  std::string system_identifier;
  std::string state;     ///< "shut down", "in production", "in archive recovery" …
  base::Lsn checkpoint;  ///< Where the latest checkpoint's record begins.
  base::Lsn redo;        ///< From where recovery would start.
  std::uint32_t timeline = 0;
  std::uint32_t recovery_timeline = 0;  ///< Of the minimum recovery ending location; 0 for a writer.
  std::uint64_t segment_bytes = 16U << 20U;

  bool shut_down() const { return state == "shut down" || state == "shut down in recovery"; }
};

base::Result<ControlData> read_control_data(const std::filesystem::path& postgres_bin,
                                            const std::filesystem::path& data, const Deadline& deadline);
ControlData parse_control_data(const std::string& text);

/// "0/3000148" → bytes; nothing for anything else.
std::optional<base::Lsn> parse_lsn(std::string_view text);

/// Where a WAL record that begins at `start` and is `length` bytes long ends, page headers and alignment counted: the
/// position that a server reports once it has received or replayed that record. Pure.
base::Lsn end_of_record(base::Lsn start, std::uint32_t length, std::uint64_t segment_bytes);

/// The end of the record that begins at `start`, its length read from the WAL segment itself.
base::Result<base::Lsn> read_end_of_record(const std::filesystem::path& data, std::uint32_t timeline, base::Lsn start,
                                           std::uint64_t segment_bytes);

/// The end of the last valid record on a timeline from `from` on, found by pg_waldump. For data folders that were not
/// shut down cleanly.
base::Result<base::Lsn> find_end_of_wal(const std::filesystem::path& postgres_bin, const std::filesystem::path& data,
                                        std::uint32_t timeline, base::Lsn from, std::uint64_t segment_bytes,
                                        const Deadline& deadline);

/// One line of a timeline history file: the timeline ended, and the next began, at `end`.
struct TimelineEnd {
  std::uint32_t timeline = 0;
  base::Lsn end;
};

/// A timeline history file's lines, oldest first; what it does not understand is left out.
std::vector<TimelineEnd> parse_timeline_history(const std::string& text);

/// "00000002.history"
std::string history_file_name(std::uint32_t timeline);

}  // namespace lifeboat::local
