#include "providers/local/pool_use.h"

#include <gtest/gtest.h>

namespace lifeboat::local {
namespace {

/// As pgbouncer 1.18 answers, a few columns left out.
const PostgresRows pools{
    {"database", "user", "cl_active", "cl_waiting", "sv_active", "sv_idle", "sv_used", "maxwait", "maxwait_us"},
    {{"events", "app", "7", "2", "3", "1", "4", "1", "250000"},
     {"events", "other", "1", "0", "1", "0", "0", "0", "0"},
     {"pgbouncer", "admin", "9", "9", "9", "9", "9", "9", "9"}}};
const PostgresRows stats{{"database", "total_query_count", "total_query_time", "total_wait_time"},
                         {{"events", "1200", "2500000", "40000"}, {"pgbouncer", "5", "0", "0"}}};

TEST(PoolUse, Adds_up_the_pools_of_the_applications_database) {
  const auto use = pool_use(pools, stats, "events");
  ASSERT_TRUE(use);
  EXPECT_EQ(use->clients_active, 8);
  EXPECT_EQ(use->clients_waiting, 2);
  EXPECT_EQ(use->servers_active, 4);
  EXPECT_EQ(use->servers_idle, 5);
  EXPECT_DOUBLE_EQ(use->longest_wait.count(), 1.25);
  EXPECT_EQ(use->queries, 1200);
  EXPECT_DOUBLE_EQ(use->queried.count(), 2.5);
  EXPECT_DOUBLE_EQ(use->waited.count(), 0.04);
}

TEST(PoolUse, Is_not_known_before_the_first_client) {
  EXPECT_FALSE(pool_use({pools.columns, {}}, stats, "events"));
  EXPECT_FALSE(pool_use(pools, stats, "nobody's"));
}

TEST(PoolUse, Is_not_known_without_a_column_or_a_number) {
  auto renamed = stats;
  renamed.columns[1] = "total_requests";
  EXPECT_FALSE(pool_use(pools, renamed, "events"));
  auto odd = pools;
  odd.rows[0][2] = "many";
  EXPECT_FALSE(pool_use(odd, stats, "events"));
}

}  // namespace
}  // namespace lifeboat::local
