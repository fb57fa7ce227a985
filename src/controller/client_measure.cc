#include "controller/client_measure.h"

#include <algorithm>
#include <thread>

namespace lifeboat::controller {
namespace {

using base::Milliseconds;

constexpr auto client_patience = std::chrono::seconds(4);

bool client_recovered(const std::vector<load::RequestRecord>& requests, base::WallTime since,
                      const base::RegionName& region) {
  const auto since_us = std::chrono::duration_cast<std::chrono::microseconds>(since.time_since_epoch()).count();
  return std::ranges::any_of(requests, [&](const load::RequestRecord& request) {
    return request.kind == load::RequestKind::write && request.acknowledged && request.started_at_us >= since_us &&
           request.served_by == region.value;
  });
}

}  // namespace

base::Result<engine::ClientView> measure_clients(const MeasureParts& parts, const base::RegionName& active,
                                                 base::WallTime counted_until, const engine::MeasureClients& effect) {
  const auto deadline = parts.clock.now() + client_patience;
  base::Result<std::vector<load::RequestRecord>> requests;
  while (true) {
    requests = load::read_folder(parts.records, effect.since);
    if (!requests) return std::unexpected(requests.error());
    if (requests->empty()) return engine::ClientView{};
    if (client_recovered(*requests, effect.since, active) || parts.clock.now() >= deadline) break;
    std::this_thread::sleep_for(Milliseconds{50});
  }
  const auto present = parts.open_data();
  if (!present) return std::unexpected(present.error());
  return load::measure(*requests, {.since = effect.since, .writes_from = counted_until, .new_region = active},
                       *present);
}

}  // namespace lifeboat::controller
