#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "engine/effect.h"

namespace lifeboat::load {

enum class RequestKind { read, write };

/// One request as the client saw it. Moments are microseconds since 1970, by the client's clock.
struct RequestRecord {
  std::uint64_t n = 0;  ///< Counts the run's requests from 1, in the order in which they were due.
  RequestKind kind = RequestKind::write;
  std::int64_t started_at_us = 0;  ///< When the request was due; it counts the wait for a free connection.
  std::int64_t ended_at_us = 0;
  bool acknowledged = false;       ///< The answer said that it succeeded.
  int status = 0;                  ///< The HTTP status; 0 when no answer came.
  std::optional<std::int64_t> id;  ///< The event's id, where it is known.
  std::string name;                ///< The event's name: unique, chosen by the client before it writes.
  std::string served_by;           ///< The region that answered; empty when it did not say.
  std::string error;               ///< Why it is not acknowledged; empty when it is.

  bool operator==(const RequestRecord&) const = default;
};

/// The record as one line of JSON, without the newline: {"n", "kind", "started_at", "ended_at", "acknowledged",
/// "status", "id", "name", "served_by", "error"}.
std::string to_line(const RequestRecord& record);

/// One file of a load client.
struct RunRecord {
  std::string run;  ///< The run's id; empty when the first line was never written.
  std::vector<RequestRecord> requests;
};

/// Reads a record file, also while the client still writes it: a torn last line is left out. Errors: missing,
/// io_failed; journal_corrupt for damage anywhere else, with the line's number.
base::Result<RunRecord> read_run(const std::filesystem::path& file);

/// Reads the folder's "*.jsonl" files; those that end before `active_since` belong to earlier operations and are left
/// out.
base::Result<std::vector<RequestRecord>> read_folder(const std::filesystem::path& folder, base::WallTime active_since);

/// What of the records an operation's report counts.
struct MeasureWindow {
  base::WallTime since;          ///< From when on clients may have been hit.
  base::WallTime writes_from{};  ///< Writes that ended before belong to earlier operations' reports.
  base::RegionName new_region;   ///< The region that took over; empty: whichever acknowledged.
};

/// Which of these event names exist in the writer's database.
using PresentNames = std::function<base::Result<std::set<std::string>>(const std::vector<std::string>& names)>;

/// Compares the clients' records with the database. failed_requests and longest_request_ms are over requests that ended
/// at or after since, first_failure is the first of those that failed; first_acknowledged_after the first write
/// acknowledged after that failure (or since) by the region that took over. Errors: those of `present`.
base::Result<engine::ClientView> measure(const std::vector<RequestRecord>& records, const MeasureWindow& window,
                                         const PresentNames& present);

}  // namespace lifeboat::load
