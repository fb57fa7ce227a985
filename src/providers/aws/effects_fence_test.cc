#include <gmock/gmock.h>

#include "providers/aws/provider_test_world.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;
using engine::FenceCertificate;
using engine::FenceMethod;
using engine::FenceRegion;
using ::testing::Contains;
using ::testing::HasSubstr;

const FenceRegion by_power{east, FenceMethod::power, first, false};
const FenceRegion planned{east, FenceMethod::direct, first, true};

struct Fence : ProviderTest {};

TEST_F(Fence, By_power_cuts_every_way_and_says_what_was_read_back) {
  const auto certificate = outcome<FenceCertificate>(by_power);
  EXPECT_EQ(certificate.region, east);
  EXPECT_EQ(certificate.method, FenceMethod::power);
  EXPECT_EQ(certificate.epoch, first);
  EXPECT_FALSE(certificate.final_position.has_value());
  EXPECT_THAT(certificate.evidence,
              ::testing::ElementsAre("us-east-2: its bucket says that epoch 1 is fenced",
                                     "us-west-1: no route leads over a peering to us-east-2",
                                     "us-east-2: sg-db admits nobody, as was read back",
                                     "us-east-2: every web instance is stopped (i-00000001, i-00000002)",
                                     HasSubstr("us-east-2: its database keeps no write lease")));
  EXPECT_TRUE(aws.regions["us-east-2"].ingress.empty());
  EXPECT_TRUE(aws.regions["us-west-1"].routes.empty());
  EXPECT_EQ(aws.regions["us-east-2"].instances["i-00000002"], "stopped");
  EXPECT_EQ(duties.duties[east].duty.fenced_through, first);
}

TEST_F(Fence, By_power_is_proven_again) {
  outcome<FenceCertificate>(by_power);
  const auto revoked = count("RevokeSecurityGroupIngress us-east-2");
  const auto again = outcome<FenceCertificate>(by_power);
  EXPECT_EQ(again.evidence.size(), 5U);
  EXPECT_EQ(count("RevokeSecurityGroupIngress us-east-2"), revoked);
}

TEST_F(Fence, By_power_does_not_need_the_lost_regions_bucket) {
  duties.lost = east;
  const auto certificate = outcome<FenceCertificate>(by_power);
  EXPECT_EQ(certificate.evidence.size(), 4U);
  EXPECT_THAT(certificate.evidence, Not(Contains(HasSubstr("bucket"))));
}

TEST_F(Fence, Of_an_old_epoch_is_refused_before_anything_is_done) {
  duties.duties[west].duty.newest = second;
  EXPECT_EQ(failure(by_power), ErrorCode::stale_epoch);
  duties.duties[west].duty.newest = first;
  duties.duties[east].duty.newest = second;
  EXPECT_EQ(failure(by_power), ErrorCode::stale_epoch);
  EXPECT_EQ(failure(planned), ErrorCode::stale_epoch);
  EXPECT_TRUE(aws.calls.empty());
  EXPECT_TRUE(sql.scripts.empty());
}

TEST_F(Fence, A_rule_that_stays_gives_no_certificate) {
  aws.regions["us-east-2"].keeps_a_rule = true;
  EXPECT_EQ(failure(by_power), ErrorCode::wait_expired);
  EXPECT_EQ(count("StopInstances us-east-2"), 0);
}

TEST_F(Fence, An_instance_that_does_not_stop_gives_no_certificate) {
  aws.regions["us-east-2"].never_stop = {"i-00000002"};
  EXPECT_EQ(failure(by_power), ErrorCode::wait_expired);
}

TEST_F(Fence, A_region_whose_control_plane_is_in_trouble_gives_no_certificate) {
  for (const auto* call : {"DescribeSecurityGroups us-east-2", "RevokeSecurityGroupIngress us-east-2",
                           "DescribeInstances us-east-2", "StopInstances us-east-2", "DescribeRouteTables us-west-1"}) {
    aws.repair();
    aws.regions["us-east-2"].ingress = {"sg-web"};
    aws.regions["us-east-2"].instances = {{"i-00000001", "running"}};
    aws.break_down(call);
    EXPECT_EQ(failure(by_power), ErrorCode::region_unreachable) << call;
  }
}

TEST_F(Fence, Whom_else_the_database_admitted_is_said) {
  aws.regions["us-east-2"].ingress = {"sg-web", "sg-reports"};
  EXPECT_THAT(outcome<FenceCertificate>(by_power).evidence,
              Contains("us-east-2: sg-reports could connect as well; a session opened from there before is not proven "
                       "ended"));
}

TEST_F(Fence, A_planned_one_stops_the_writes_first_and_keeps_the_position) {
  const auto certificate = outcome<FenceCertificate>(planned);
  EXPECT_EQ(certificate.final_position, base::Lsn{0x3000148});
  EXPECT_TRUE(sql.read_only[east]);
  EXPECT_TRUE(aws.regions["us-east-2"].ingress.empty());
  // Held requests have to survive.
  EXPECT_EQ(count("StopInstances us-east-2"), 0);
  EXPECT_TRUE(aws.regions["us-east-2"].serves);
  const auto again = outcome<FenceCertificate>(planned);
  EXPECT_EQ(again.final_position, certificate.final_position);
  EXPECT_EQ(sql.scripts.size(), 1U);  // Nobody can reach the database any more.
}

TEST_F(Fence, A_planned_one_without_the_position_gives_no_certificate) {
  sql.sessions_left = 2;
  EXPECT_EQ(failure(planned), ErrorCode::postgres_failed);
  EXPECT_FALSE(aws.regions["us-east-2"].ingress.empty());
}

TEST_F(Fence, A_direct_one_that_is_not_planned_leaves_nobody_serving) {
  sql.fails = true;
  const auto certificate = outcome<FenceCertificate>(FenceRegion{east, FenceMethod::direct, first, false});
  EXPECT_FALSE(certificate.final_position.has_value());
  EXPECT_EQ(aws.regions["us-east-2"].instances["i-00000001"], "stopped");
  EXPECT_FALSE(aws.regions["us-east-2"].serves);
}

TEST_F(Fence, A_direct_one_needs_the_regions_memory) {
  duties.lost = east;
  EXPECT_EQ(failure(planned), ErrorCode::region_unreachable);
  EXPECT_TRUE(aws.calls.empty());
}

TEST_F(Fence, What_it_took_is_given_back_to_a_reopened_writer) {
  outcome<FenceCertificate>(planned);
  outcome<engine::Done>(engine::ReopenWriter{east, second});
  outcome<engine::Done>(engine::ReopenWriter{east, second});
  EXPECT_EQ(aws.regions["us-east-2"].ingress, std::vector<std::string>{"sg-web"});
  EXPECT_FALSE(sql.read_only[east]);
  EXPECT_EQ(duties.duties[east].duty.writes_in, second);
  EXPECT_FALSE(duties.duties[east].final_position.has_value());
  EXPECT_EQ(aws.regions["us-east-2"].promotions, 0);
}

TEST_F(Fence, What_a_power_fence_took_is_given_back_too) {
  outcome<FenceCertificate>(by_power);
  outcome<engine::Done>(engine::ReopenWriter{east, second});
  EXPECT_EQ(aws.regions["us-east-2"].instances["i-00000001"], "running");
  EXPECT_EQ(aws.regions["us-west-1"].routes, (std::vector<std::string>{"rtb-1", "rtb-2"}));
  EXPECT_EQ(aws.regions["us-east-2"].ingress, std::vector<std::string>{"sg-web"});
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
