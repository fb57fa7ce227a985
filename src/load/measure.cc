#include <algorithm>

#include "load/records.h"

namespace lifeboat::load {
namespace {

std::int64_t microseconds(base::WallTime moment) {
  return std::chrono::microseconds(moment.time_since_epoch()).count();
}

base::WallTime wall_time(std::int64_t unix_us) {
  return base::WallTime(std::chrono::floor<base::Milliseconds>(std::chrono::microseconds(unix_us)));
}

bool acknowledged_write(const RequestRecord& record) {
  return record.acknowledged && record.kind == RequestKind::write;
}

void count_requests(const std::vector<RequestRecord>& records, std::int64_t from_us, engine::ClientView& view) {
  std::optional<std::int64_t> longest_us;
  std::optional<std::int64_t> first_failure_us;
  for (const RequestRecord& record : records) {
    if (record.ended_at_us < from_us) continue;
    view.clients_present = true;
    longest_us = std::max(longest_us.value_or(0), record.ended_at_us - record.started_at_us);
    if (record.acknowledged) continue;
    ++view.failed_requests;
    first_failure_us = std::min(first_failure_us.value_or(record.started_at_us), record.started_at_us);
  }
  if (longest_us) view.longest_request_ms = (*longest_us + 500) / 1000;
  if (first_failure_us) view.first_failure = wall_time(std::max(*first_failure_us, from_us));
}

void find_recovery(const std::vector<RequestRecord>& records, const MeasureWindow& window, engine::ClientView& view) {
  const std::int64_t after_us = microseconds(view.first_failure.value_or(window.since));
  std::optional<std::int64_t> first_us;
  for (const RequestRecord& record : records) {
    const bool by_new_region = window.new_region.empty() || record.served_by == window.new_region.value;
    if (!acknowledged_write(record) || !by_new_region || record.ended_at_us < after_us) continue;
    first_us = std::min(first_us.value_or(record.ended_at_us), record.ended_at_us);
  }
  if (first_us) view.first_acknowledged_after = wall_time(*first_us);
}

}  // namespace

base::Result<engine::ClientView> measure(const std::vector<RequestRecord>& records, const MeasureWindow& window,
                                         const PresentNames& present) {
  engine::ClientView view;
  count_requests(records, microseconds(window.since), view);
  find_recovery(records, window, view);
  std::vector<std::string> names;
  for (const RequestRecord& record : records) {
    if (acknowledged_write(record) && record.ended_at_us >= microseconds(window.writes_from)) {
      names.push_back(record.name);
    }
  }
  view.acknowledged_writes = names.size();
  if (names.empty()) return view;
  auto found = present(names);
  if (!found) return std::unexpected(found.error());
  view.lost_acknowledged_writes = static_cast<std::uint64_t>(
      std::count_if(names.begin(), names.end(), [&found](const std::string& name) { return !found->contains(name); }));
  return view;
}

}  // namespace lifeboat::load
