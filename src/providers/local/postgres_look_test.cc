#include "providers/local/postgres_look.h"

#include <gtest/gtest.h>

namespace lifeboat::local {
namespace {

NodeLook replica(std::optional<std::int64_t> lag_ms) {
  NodeLook look;
  look.pid = 7;
  look.in_recovery = true;
  look.upstream_address = "127.10.1.50";
  look.lag_ms = lag_ms;
  return look;
}

class LagBoundTest : public testing::Test {
 protected:
  std::optional<std::int64_t> told(NodeLook look, int at_ms) {
    bound.apply(look, base::Instant(base::Milliseconds(at_ms)));
    return look.lag_ms;
  }

  LagBound bound;
};

TEST_F(LagBoundTest, After_a_quiet_time_the_first_write_is_as_late_as_the_last_look_is_old) {
  EXPECT_EQ(told(replica(0), 1'000), 0);
  EXPECT_EQ(told(replica(0), 60'000), 0);
  EXPECT_EQ(told(replica(59'500), 60'500), 500) << "the last transaction was a minute ago, what is missing is not";
  EXPECT_EQ(told(replica(60'500), 61'500), 1'500) << "and it gets later";
  EXPECT_EQ(told(replica(20), 61'600), 20) << "what the server knows better counts";
}

TEST_F(LagBoundTest, What_is_missing_is_never_told_as_nothing) {
  EXPECT_EQ(told(replica(0), 1'000), 0);
  EXPECT_EQ(told(replica(5'000), 1'000), 1);
  EXPECT_EQ(told(replica(-3), 1'500), 1) << "the clock was set back";
}

TEST_F(LagBoundTest, Without_a_look_at_everything_replayed_the_server_is_believed) {
  EXPECT_EQ(told(replica(5'000), 1'000), 5'000);
  EXPECT_EQ(told(replica(std::nullopt), 2'000), std::nullopt);
}

TEST_F(LagBoundTest, Another_server_or_upstream_begins_anew) {
  EXPECT_EQ(told(replica(0), 1'000), 0);
  auto look = replica(5'000);
  look.upstream_address = "127.10.1.51";
  EXPECT_EQ(told(look, 2'000), 5'000);
  EXPECT_EQ(told(replica(0), 3'000), 0);
  look = replica(5'000);
  look.pid = 8;
  EXPECT_EQ(told(look, 3'100), 5'000);
}

}  // namespace
}  // namespace lifeboat::local
