#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lifeboat::api {

/// One operation in a list of them: what it was and what it measured.
struct OperationSummaryView {
  std::string id;
  std::string kind;
  std::string phase;
  std::string state;  ///< running, or how it ended.
  std::optional<std::string> verdict = {};
  std::string from_region;
  std::string to_region;
  std::int64_t started_at_ms = 0;
  std::optional<std::int64_t> ended_at_ms = {};
  std::optional<std::int64_t> rto_ms = {};
  std::optional<std::uint64_t> acknowledged_writes = {};
  std::optional<std::uint64_t> lost_acknowledged_writes = {};
  std::optional<std::string> error = {};  ///< Its code.
};

struct OperationsView {
  std::vector<OperationSummaryView> operations = {};  ///< Newest first.
  std::int64_t rto_objective_ms = 0;
  std::int64_t rpo_objective_ms = 0;
};

std::string to_document(const OperationsView& view);

}  // namespace lifeboat::api
