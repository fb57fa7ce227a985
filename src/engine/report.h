#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/record.h"

namespace lifeboat::engine {

/// Where a recovery time was read. The load client's own view counts; without one, the marker that the controller wrote
/// through the front door stands in for it.
enum class RtoSource { none, load_client, front_door_marker };

struct PhaseTimes {
  std::optional<std::int64_t> detect_ms;  ///< First failure seen → the region is declared lost.
  std::optional<std::int64_t> decide_ms;  ///< Declared lost (or the command) → fencing begins.
  std::optional<std::int64_t> fence_ms;
  std::optional<std::int64_t> promote_ms;
  std::optional<std::int64_t> dns_ms;     ///< Promoted → the name's answer is the new region.
  std::optional<std::int64_t> client_ms;  ///< The name's answer is right → first acknowledged write.
};

struct TimelineEntry {
  base::WallTime at{};
  std::string sentence;
};

/// What one operation did, in numbers. A drill's phases are those that it rehearsed, with the clone. Absent numbers
/// were not measured; nothing is made up.
struct Report {
  base::OperationId operation;
  OperationKind kind = OperationKind::failover;
  base::RegionName from;
  base::RegionName to;
  Trigger trigger = Trigger::operator_command;
  std::optional<Verdict> verdict;  ///< Absent while it runs.
  std::optional<base::Error> error;
  base::WallTime started_at{};
  std::optional<base::WallTime> ended_at;
  std::optional<std::int64_t> rto_ms;
  RtoSource rto_source = RtoSource::none;
  PhaseTimes phases;
  std::optional<FenceCertificate> fence;
  bool accepted_split_brain_risk = false;
  base::Epoch epoch;
  std::optional<std::uint64_t> acknowledged_writes;
  std::optional<std::uint64_t> lost_acknowledged_writes;
  std::optional<std::uint64_t> failed_requests;
  std::optional<std::int64_t> longest_request_ms;
  std::optional<std::int64_t>
      time_to_reprotect_ms;  ///< The reign began → a replica again, by this or a later operation.
  std::optional<Reprotection> reprotection;
  std::vector<TimelineEntry> timeline;
};

/// The report of one operation from the journal's records, in their order. Nothing when there is no such operation.
std::optional<Report> build_report(std::span<const Record> records, const base::OperationId& operation);

std::string_view to_string(RtoSource source);

}  // namespace lifeboat::engine
