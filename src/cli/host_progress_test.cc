#include "cli/host_progress.h"

#include <gtest/gtest.h>

namespace lifeboat::cli {
namespace {

TEST(HostProgress, Keeps_stacks_and_failures_and_lets_resources_pass_by) {
  EXPECT_TRUE(is_worth_a_line("us-west-1 network: lifeboat-shop-network CREATE_IN_PROGRESS: User Initiated"));
  EXPECT_TRUE(is_worth_a_line("us-west-1 network: WebInstanceProfile CREATE_FAILED: no"));
  EXPECT_TRUE(is_worth_a_line("us-west-1 network: lifeboat-shop-network ROLLBACK_IN_PROGRESS: no"));
  EXPECT_TRUE(is_worth_a_line("the bucket of us-east-2 has the whole journal again"));
  EXPECT_FALSE(is_worth_a_line("us-west-1 network: Vpc CREATE_IN_PROGRESS: Resource creation Initiated"));
  EXPECT_FALSE(is_worth_a_line("us-west-1 network: DatabaseKey DELETE_SKIPPED"));
  EXPECT_FALSE(is_worth_a_line("us-west-1 web: Web1 UPDATE_COMPLETE"));
}

}  // namespace
}  // namespace lifeboat::cli
