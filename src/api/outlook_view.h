#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lifeboat::api {

/// What there is to do now, and what a failover at this moment would cost. Absent numbers are not known.
struct OutlookView {
  std::string action;  ///< none, wait, up, failover, reprotect, failback or verify.
  std::string sentence;
  std::optional<std::string> command = {};  ///< To type; absent when there is nothing to do.
  std::optional<std::int64_t> predicted_rto_ms = {};
  std::optional<std::int64_t> predicted_rpo_ms = {};  ///< As time of writing.
  std::optional<std::uint64_t> predicted_lost_bytes = {};
  std::int64_t based_on_operations = 0;  ///< Failovers whose recovery was measured.
};

std::string to_document(const OutlookView& view);

}  // namespace lifeboat::api
