#include "plan/price.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lifeboat::plan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

model::Stack stack(model::CrossRegionReplication replication) {
  model::Stack stack;
  stack.home.name = {"us-east-2"};
  stack.standby.name = {"us-west-1"};
  stack.database.cross_region = replication;
  return stack;
}

TEST(Prices, AsynchronousReplicationHasNone) {
  EXPECT_THAT(prices(stack(model::CrossRegionReplication::asynchronous), {"us-east-2"}, std::nullopt), IsEmpty());
}

TEST(Prices, ASynchronousCommitTakesARoundTripLonger) {
  const auto synchronous = stack(model::CrossRegionReplication::synchronous);
  EXPECT_THAT(
      prices(synchronous, {"us-east-2"}, std::nullopt),
      ElementsAre("cross_region: synchronous: every commit in us-east-2 waits until us-west-1 has it on disk, so "
                  "it takes the round-trip time between the two regions longer."));
  EXPECT_THAT(
      prices(synchronous, {"us-west-1"}, std::chrono::microseconds{52'340}),
      ElementsAre("cross_region: synchronous: every commit in us-west-1 waits until us-east-2 has it on disk, so "
                  "it takes a round trip longer: 52.34 ms now, by the median of five TCP connections."));
}

}  // namespace
}  // namespace lifeboat::plan
