#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/operation_view.h"

namespace lifeboat::api {

struct PhaseTimesView {
  std::optional<std::int64_t> detect_ms;
  std::optional<std::int64_t> decide_ms;
  std::optional<std::int64_t> fence_ms;
  std::optional<std::int64_t> promote_ms;
  std::optional<std::int64_t> dns_ms;
  std::optional<std::int64_t> client_ms;
};

struct FenceView {
  std::string region;
  std::string method;
  std::uint64_t epoch = 0;
  std::vector<std::string> evidence;
};

struct ReprotectionView {
  std::string method;
  std::uint64_t diverged_transactions = 0;
  std::uint64_t diverged_rows = 0;
  std::uint64_t diverged_bytes = 0;
  std::string ledger_file;
};

struct TimelineEntryView {
  std::int64_t at_ms = 0;
  std::string sentence;
};

struct ObjectivesView {
  std::int64_t rto_ms = 0;
  std::int64_t rpo_ms = 0;
};

/// What one operation did, in numbers; absent ones were not measured.
struct ReportView {
  std::string operation;
  std::string kind;
  std::string from;
  std::string to;
  std::string trigger;
  std::optional<std::string> verdict;  ///< Absent while it runs.
  std::optional<ErrorView> error;
  std::int64_t started_at_ms = 0;
  std::optional<std::int64_t> ended_at_ms;
  std::optional<std::int64_t> rto_ms;
  std::string rto_source;
  PhaseTimesView phases;
  std::optional<FenceView> fence;
  bool accepted_split_brain_risk = false;
  std::uint64_t epoch = 0;
  std::optional<std::uint64_t> acknowledged_writes;
  std::optional<std::uint64_t> lost_acknowledged_writes;
  std::optional<std::uint64_t> failed_requests;
  std::optional<std::int64_t> longest_request_ms;
  std::optional<std::int64_t> time_to_reprotect_ms;
  std::optional<ReprotectionView> reprotection;
  std::optional<ObjectivesView> objectives;  ///< Of the stack file; the controller adds them.
  std::vector<TimelineEntryView> timeline;
};

std::string to_document(const ReportView& view);
base::Result<ReportView> report_from_document(std::string_view text);

}  // namespace lifeboat::api
