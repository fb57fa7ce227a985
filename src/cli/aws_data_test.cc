#include "cli/aws_data.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "system/clock.h"

namespace lifeboat::cli {
namespace {

/// A database that has every name but some; it answers what it is asked.
struct FakeSql : aws_world::Sql {
  base::Result<aws_world::Rows> run(const base::RegionName& region, std::string_view statements,
                                    base::Instant) override {
    regions.push_back(region.value);
    asked.emplace_back(statements);
    aws_world::Rows rows;
    for (const auto& name : missing) {
      if (statements.find("'" + name + "'") != statements.npos) rows.push_back({name});
    }
    return rows;
  }
  base::Result<aws_world::Rows> run_at(const Place& place, std::string_view, base::Instant) override {
    return base::fail(base::ErrorCode::postgres_failed, place.name + " is not asked for");
  }
  std::vector<std::string> missing;
  std::vector<std::string> regions;
  std::vector<std::string> asked;
};

TEST(AwsData, Names_that_are_not_missing_are_present) {
  FakeSql sql;
  sql.missing = {"run-2", "run-700"};
  const system::SystemClock clock;
  const auto present = aws_data_of(sql, {"us-west-1"}, clock);
  std::vector<std::string> names;
  for (int i = 1; i <= 1000; ++i) names.push_back("run-" + std::to_string(i));
  const auto found = present(names);
  ASSERT_TRUE(found) << found.error().text();
  EXPECT_EQ(found->size(), 998u);
  EXPECT_FALSE(found->contains("run-2"));
  EXPECT_FALSE(found->contains("run-700"));
  EXPECT_EQ(sql.regions, (std::vector<std::string>{"us-west-1", "us-west-1", "us-west-1"}));
}

TEST(AwsData, A_name_cannot_end_its_literal) {
  const std::vector<std::string> names{"plain", "it's"};
  EXPECT_EQ(missing_names_sql(names),
            "SELECT asked FROM unnest(ARRAY['plain','it''s']::varchar[]) AS asked WHERE NOT EXISTS (SELECT FROM events "
            "WHERE name = asked);");
}

}  // namespace
}  // namespace lifeboat::cli
