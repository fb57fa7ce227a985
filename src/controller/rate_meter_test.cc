#include "controller/rate_meter.h"

#include <gtest/gtest.h>

namespace lifeboat::controller {
namespace {

model::ObservedRegion seen_at(std::int64_t ms, std::uint64_t requests, std::uint64_t errors) {
  model::ObservedRegion region;
  region.reachable = true;
  region.seen_at = base::WallTime(base::Milliseconds{ms});
  auto& door = region.assets.emplace_back();
  door.kind = model::AssetKind::load_balancer;
  door.traffic = model::ObservedTraffic{requests, errors};
  return region;
}

class Rates : public testing::Test {
 protected:
  RateMeter::RegionRate measure(const model::ObservedRegion& seen) { return meter.measure({"east"}, &seen); }
  RateMeter meter;
};

TEST_F(Rates, Are_unknown_before_there_are_two_observations) {
  EXPECT_EQ(measure(seen_at(0, 100, 1)).requests_per_s, std::nullopt);
  EXPECT_EQ(measure(seen_at(0, 100, 1)).requests_per_s, std::nullopt) << "the same one again";
  EXPECT_EQ(meter.measure({"west"}, nullptr).requests_per_s, std::nullopt);
}

TEST_F(Rates, Are_those_of_the_last_second) {
  measure(seen_at(0, 0, 0));
  measure(seen_at(500, 1000, 0));
  measure(seen_at(1000, 1010, 1));
  const auto rate = measure(seen_at(1500, 1020, 3));
  EXPECT_EQ(rate.requests_per_s, 20);
  EXPECT_EQ(rate.errors_per_s, 3);
}

TEST_F(Rates, Begin_anew_when_the_load_balancer_did_and_when_the_region_was_away) {
  measure(seen_at(0, 100, 0));
  EXPECT_EQ(measure(seen_at(500, 5, 0)).requests_per_s, std::nullopt);
  EXPECT_EQ(measure(seen_at(1000, 10, 0)).requests_per_s, 10);
  auto away = seen_at(1500, 20, 0);
  away.reachable = false;
  EXPECT_EQ(measure(away).requests_per_s, std::nullopt);
  EXPECT_EQ(measure(seen_at(2000, 30, 0)).requests_per_s, std::nullopt);
}

TEST_F(Rates, Come_with_the_replicas_lag) {
  auto region = seen_at(0, 0, 0);
  auto& node = region.nodes.emplace_back();
  node.role = model::DatabaseRole::cross_region_replica;
  node.lag_bytes = 4096;
  const auto rate = measure(region);
  EXPECT_EQ(RateMeter::to_document({rate}, 7),
            R"({"at_ms":7,"regions":[{"name":"east","requests_per_s":null,"errors_per_s":null,)"
            R"("lag_bytes":4096,"lag_ms":null}]})");
}

}  // namespace
}  // namespace lifeboat::controller
