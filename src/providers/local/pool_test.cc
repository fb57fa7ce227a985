// The pool on the real pgbouncer; nobody is behind it.

#include "providers/local/pool.h"

#include <gtest/gtest.h>

#include <thread>

#include "providers/local/asset_test_world.h"
#include "providers/local/pool_config.h"
#include "providers/local/postgres_client.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

/// Where pgbouncer itself says that the stack's database is.
std::string host_of(const test::AssetWorld& world, const RegionContext& region) {
  const auto password = system::read_file(region.paths.asset("pool") / "console.password");
  const auto& pool = region.region.pool.endpoint;
  auto console = PostgresClient::connect({pool.address, pool.port, pool_admin, password.value_or(""), "pgbouncer"},
                                         base::Milliseconds{2'000});
  const auto answer =
      console ? console->query("SHOW DATABASES", base::Milliseconds{2'000}) : std::unexpected(console.error());
  if (!answer) return answer.error().message;
  for (std::size_t row = 0; row < answer->rows.size(); ++row) {
    if (answer->text(row, 0) == world.stack.database.name) return answer->text(row, 1);
  }
  return "nowhere";
}

TEST(PoolTest, While_it_is_ensured_again_it_points_where_it_was_told_last) {
  test::AssetWorld world;
  Pool pool(world.west());
  const auto ensured = pool.ensure(world.in(10'000));
  ASSERT_TRUE(ensured.has_value()) << ensured.error().text();
  const std::jthread ensures([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) EXPECT_TRUE(pool.ensure(world.in(5'000)).has_value());
  });
  for (int round = 0; round < 100; ++round) {
    const auto& writer = world.layout.home.database_nodes[static_cast<std::size_t>(round) % 2].endpoint;
    ASSERT_TRUE(pool.follow(writer, world.in(5'000)).has_value());
    ASSERT_EQ(host_of(world, world.west()), writer.address) << "in round " << round;
  }
}

}  // namespace
}  // namespace lifeboat::local
