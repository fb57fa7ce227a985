#include "plan/price.h"

#include <fmt/format.h>

namespace lifeboat::plan {

std::vector<std::string> prices(const model::Stack& stack, const base::RegionName& active,
                                std::optional<std::chrono::microseconds> round_trip) {
  if (stack.database.cross_region != model::CrossRegionReplication::synchronous) return {};
  const auto& standby = stack.other(active).name;
  const auto what =
      fmt::format("cross_region: synchronous: every commit in {} waits until {} has it on disk, so it takes ",
                  active.value, standby.value);
  if (!round_trip) return {what + "the round-trip time between the two regions longer."};
  constexpr double per_millisecond = 1000;
  return {what + fmt::format("a round trip longer: {:.2f} ms now, by the median of five TCP connections.",
                             static_cast<double>(round_trip->count()) / per_millisecond)};
}

}  // namespace lifeboat::plan
