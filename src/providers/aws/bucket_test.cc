#include "providers/aws/bucket.h"

#include <gtest/gtest.h>

#include "providers/aws/fake_s3.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using testing::Fault;

const base::RegionName region{"us-west-1"};

struct BucketTest : ::testing::Test {
  Work work(base::Milliseconds limit = base::Milliseconds(120'000)) {
    return {{.client = account.client, .clock = account.time, .pause = account.time}, account.time.now() + limit};
  }
  std::string name() { return testing::test_names().bucket(region); }

  testing::FakeS3 s3;
  testing::FakeAccount account{s3};
};

TEST_F(BucketTest, A_bucket_is_made_closed_versioned_encrypted_and_tidy) {
  const auto made = make_bucket(work(), testing::test_names(), region);
  ASSERT_TRUE(made) << made.error().text();
  const auto bucket = s3.bucket(name());
  ASSERT_TRUE(bucket);
  EXPECT_EQ(bucket->settings.size(), 4u);
  EXPECT_TRUE(bucket->settings.at("publicAccessBlock").contains("<BlockPublicAcls>true</BlockPublicAcls>"));
  EXPECT_TRUE(bucket->settings.at("versioning").contains("<Status>Enabled</Status>"));
  EXPECT_TRUE(bucket->settings.at("encryption").contains("<SSEAlgorithm>AES256</SSEAlgorithm>"));
  EXPECT_TRUE(bucket->settings.at("lifecycle").contains("<NoncurrentDays>30</NoncurrentDays>"));
}

TEST_F(BucketTest, The_first_region_is_no_place_to_be_named) {
  // The simulation refuses a constraint there, and the lack of one elsewhere.
  const base::RegionName first{"us-east-1"};
  EXPECT_TRUE(make_bucket(work(), testing::test_names(), first));
  EXPECT_TRUE(s3.bucket(testing::test_names().bucket(first)));
}

TEST_F(BucketTest, Making_it_again_changes_nothing) {
  ASSERT_TRUE(make_bucket(work(), testing::test_names(), region));
  s3.put(name(), "duty.json", "kept");
  ASSERT_TRUE(make_bucket(work(), testing::test_names(), region));
  EXPECT_EQ(s3.body(name(), "duty.json"), "kept");
}

TEST_F(BucketTest, A_creation_whose_answer_was_lost_is_found) {
  bool lost = false;
  s3.fault = [&](const testing::S3Request&) { return std::exchange(lost, true) ? Fault::none : Fault::lost_answer; };
  EXPECT_TRUE(make_bucket(work(), testing::test_names(), region));
}

TEST_F(BucketTest, A_bucket_of_somebody_else_is_said_and_left_alone) {
  s3.add_bucket(name(), region.value, "999999999999");
  const auto made = make_bucket(work(), testing::test_names(), region);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::aws_refused);
  EXPECT_EQ(made.error().message, "us-west-1: the bucket dr-shop-123456789012-us-west-1 belongs to another account");
  EXPECT_TRUE(s3.bucket(name())->settings.empty());
  EXPECT_FALSE(delete_bucket(work(), testing::test_names(), region));
  EXPECT_TRUE(s3.bucket(name()));
}

TEST_F(BucketTest, A_bucket_that_s3_does_not_know_everywhere_yet_is_waited_for) {
  int unknown = 2;
  s3.fault = [&](const testing::S3Request& request) {
    if (request.whole.query.empty() || unknown-- <= 0) return Fault::none;
    return Fault::no_bucket;
  };
  const auto made = make_bucket(work(), testing::test_names(), region);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(s3.bucket(name())->settings.size(), 4u);
}

TEST_F(BucketTest, A_removed_bucket_takes_every_version_with_it) {
  ASSERT_TRUE(make_bucket(work(), testing::test_names(), region));
  s3.page_size = 7;
  for (int number = 0; number < 50; ++number) s3.put(name(), "seat.json", std::to_string(number));
  s3.put(name(), "journal/a b.é", "x");
  const auto gone = delete_bucket(work(), testing::test_names(), region);
  ASSERT_TRUE(gone) << gone.error().text();
  EXPECT_FALSE(s3.bucket(name()));
  EXPECT_TRUE(delete_bucket(work(), testing::test_names(), region)) << "what is not there is gone";
}

TEST_F(BucketTest, A_removal_that_takes_too_long_ends) {
  ASSERT_TRUE(make_bucket(work(), testing::test_names(), region));
  s3.put(name(), "seat.json", "x");
  s3.fault = [&](const testing::S3Request& request) {
    if (request.method == "POST") account.time.passed_ms += 60'000;
    return request.method == "POST" ? Fault::throttled : Fault::none;
  };
  EXPECT_FALSE(delete_bucket(work(), testing::test_names(), region));
  EXPECT_TRUE(s3.bucket(name()));
}

}  // namespace
}  // namespace lifeboat::aws_world
