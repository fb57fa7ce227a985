#include "providers/aws/duty_store.h"

#include <gtest/gtest.h>

#include <thread>

#include "providers/aws/duty_json.h"
#include "providers/aws/fake_s3.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using testing::Fault;

const base::RegionName duty_region{"us-east-2"};

RegionDuty some_duty() {
  RegionDuty duty;
  duty.duty = {.role = model::RegionRole::active,
               .active_region = duty_region,
               .epoch = {3},
               .newest = {4},
               .writes_in = {3},
               .fenced_through = {2},
               .term = {7, "ana@laptop, \"pid\" 4711 é"}};
  duty.traffic = model::TrafficMode::forward;
  duty.writes_held = true;
  duty.final_position = base::Lsn{123456789012345};
  return duty;
}

struct DutyStoreTest : ::testing::Test {
  DutyStoreTest() { add_buckets(s3); }

  base::Instant soon() { return account.time.now() + Milliseconds(30'000); }
  base::Result<RegionDuty> accept(std::uint64_t epoch) {
    return store.change(
        duty_region,
        [&](RegionDuty duty) -> base::Result<RegionDuty> {
          auto next = engine::accepted(duty.duty, {epoch});
          if (!next) return std::unexpected(next.error());
          duty.duty = *next;
          ++changes;
          return duty;
        },
        soon());
  }
  std::string bucket() { return testing::test_names().bucket(duty_region); }

  testing::FakeS3 s3;
  testing::FakeAccount account{s3};
  S3DutyStore store{account.client, account.time, testing::test_names()};
  int changes = 0;
};

TEST_F(DutyStoreTest, A_region_that_was_never_started_has_no_duty) {
  const auto duty = store.read(duty_region, Milliseconds(1000));
  ASSERT_TRUE(duty) << duty.error().text();
  EXPECT_FALSE(*duty);
}

TEST_F(DutyStoreTest, A_region_without_a_bucket_has_no_duty_and_cannot_get_one) {
  testing::FakeS3 empty;
  testing::FakeAccount other{empty};
  S3DutyStore without{other.client, other.time, testing::test_names()};
  EXPECT_FALSE(without.read(duty_region, Milliseconds(1000)).value());
  const auto changed = without.change(
      duty_region, [](RegionDuty) { return some_duty(); }, other.time.now() + Milliseconds(1000));
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::aws_missing);
  EXPECT_EQ(changed.error().help, "Run 'lifeboat up' to make what the region's state is kept in.");
}

TEST_F(DutyStoreTest, A_duty_comes_back_as_it_was_written) {
  const auto changed = store.change(
      duty_region, [](RegionDuty) { return some_duty(); }, soon());
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(*changed, some_duty());
  EXPECT_EQ(store.read(duty_region, Milliseconds(1000)).value(), some_duty());
}

TEST_F(DutyStoreTest, What_changes_nothing_is_not_written) {
  ASSERT_TRUE(accept(3));
  const auto before = s3.bucket(bucket())->versions.size();
  ASSERT_TRUE(accept(3));
  EXPECT_EQ(s3.bucket(bucket())->versions.size(), before);
}

TEST_F(DutyStoreTest, What_the_change_refuses_is_not_written) {
  ASSERT_TRUE(accept(3));
  const auto before = s3.body(bucket(), duty_key);
  const auto refused = accept(2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::stale_epoch);
  EXPECT_EQ(s3.body(bucket(), duty_key), before);
}

TEST_F(DutyStoreTest, A_change_whose_answer_was_lost_is_made_once) {
  bool lost = false;
  s3.fault = [&](const testing::S3Request& request) {
    return request.method == "PUT" && !std::exchange(lost, true) ? Fault::lost_answer : Fault::none;
  };
  const auto changed = accept(3);
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changed->duty.newest.value, 3u);
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(s3.bucket(bucket())->versions.size(), 1u);
}

TEST_F(DutyStoreTest, A_change_that_arrives_late_is_made_once) {
  bool lost = false;
  s3.fault = [&](const testing::S3Request& request) {
    return request.method == "PUT" && !std::exchange(lost, true) ? Fault::late : Fault::none;
  };
  ASSERT_TRUE(accept(3));
  EXPECT_EQ(s3.bucket(bucket())->versions.size(), 1u);
  EXPECT_EQ(store.read(duty_region, Milliseconds(1000)).value()->duty.newest.value, 3u);
}

TEST_F(DutyStoreTest, Of_two_that_change_at_once_both_are_kept) {
  int reads = 0;
  s3.fault = [&](const testing::S3Request& request) {
    if (request.method == "GET") ++reads;
    return Fault::none;
  };
  const auto changed = store.change(
      duty_region,
      [&](RegionDuty duty) -> base::Result<RegionDuty> {
        // Between our reading and our writing somebody else takes the term.
        if (++changes == 1) {
          auto other = duty;
          other.duty.term = {9, "other"};
          s3.put(bucket(), duty_key, to_text(WrittenDuty{other, "theirs"}));
        }
        duty.writes_held = true;
        return duty;
      },
      soon());
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(changes, 2);
  EXPECT_EQ(changed->duty.term.number, 9u);
  EXPECT_TRUE(changed->writes_held);
}

TEST_F(DutyStoreTest, A_conflict_of_two_writes_is_tried_again) {
  int conflicts = 3;
  s3.fault = [&](const testing::S3Request& request) {
    return request.method == "PUT" && conflicts-- > 0 ? Fault::conflict : Fault::none;
  };
  EXPECT_TRUE(accept(3));
  EXPECT_EQ(changes, 4);
}

TEST_F(DutyStoreTest, Conflicts_without_end_end) {
  s3.fault = [&](const testing::S3Request& request) { return request.method == "PUT" ? Fault::conflict : Fault::none; };
  const auto changed = accept(3);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::wait_expired);
  EXPECT_EQ(changed.error().message,
            "s3://dr-shop-123456789012-us-east-2/duty.json could not be changed in time: somebody else changes it at "
            "the same time");
  EXPECT_EQ(changes, 16);
}

TEST_F(DutyStoreTest, A_region_that_does_not_answer_is_unreachable) {
  s3.fault = [](const testing::S3Request&) { return Fault::unreachable; };
  EXPECT_EQ(store.read(duty_region, Milliseconds(1000)).error().code, ErrorCode::region_unreachable);
  EXPECT_EQ(accept(3).error().code, ErrorCode::region_unreachable);
}

TEST_F(DutyStoreTest, A_change_of_which_nobody_knows_says_so) {
  bool was_put = false;
  s3.fault = [&](const testing::S3Request& request) {
    if (request.method == "PUT") was_put = true;
    return was_put ? Fault::lost_answer : Fault::none;
  };
  const auto changed = accept(3);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::region_unreachable);
  EXPECT_TRUE(changed.error().message.ends_with("; whether the change was written before is not known"));
}

TEST_F(DutyStoreTest, What_is_not_permitted_is_not_called_unreachable) {
  s3.fault = [](const testing::S3Request&) { return Fault::denied; };
  EXPECT_EQ(store.read(duty_region, Milliseconds(1000)).error().code, ErrorCode::aws_denied);
}

TEST_F(DutyStoreTest, A_bucket_that_belongs_to_somebody_else_is_not_written) {
  s3.add_bucket(bucket(), duty_region.value, "999999999999");
  EXPECT_EQ(accept(3).error().code, ErrorCode::aws_denied);
  EXPECT_TRUE(s3.bucket(bucket())->objects.empty());
}

TEST_F(DutyStoreTest, A_damaged_duty_is_never_guessed_and_never_overwritten) {
  const auto whole = to_text(WrittenDuty{some_duty(), "m"});
  const auto with = [&](std::string_view from, std::string_view to) {
    auto text = whole;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return text.replace(at, from.size(), to);
  };
  const std::vector<std::string> damaged_ones{"",
                                              "{}",
                                              "[]",
                                              "null",
                                              whole + "x",
                                              whole.substr(0, whole.size() / 2),
                                              with("\"epoch\":3", "\"epoch\":-3"),
                                              with("\"epoch\":3", "\"epoch\":3.0"),
                                              with("\"epoch\":3", "\"epoch\":\"3\""),
                                              with("\"epoch\":3", "\"epoch\":3,\"epoch\":4"),
                                              with("\"epoch\":3", "\"epoch\":3,\"other\":4"),
                                              with("\"epoch\":3", "\"epoch\":18446744073709551616"),
                                              with("\"role\":\"active\"", "\"role\":\"Active\""),
                                              with("\"traffic\":\"forward\"", "\"traffic\":\"\""),
                                              with("\"writes_held\":true", "\"writes_held\":1"),
                                              with("\"final_position\":123456789012345", "\"final_position\":false"),
                                              with("\"number\":7", "\"number\":null"),
                                              with("\"format\":1", "\"format\":2"),
                                              with("\"mark\":\"m\"", "\"mark\":7")};
  for (const auto& text : damaged_ones) {
    s3.put(bucket(), duty_key, text);
    const auto read = store.read(duty_region, Milliseconds(1000));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::record_corrupt) << text;
    EXPECT_EQ(accept(9).error().code, ErrorCode::record_corrupt) << text;
    EXPECT_EQ(s3.body(bucket(), duty_key), text);
  }
}

TEST_F(DutyStoreTest, Every_cut_of_a_duty_is_damage) {
  const auto whole = to_text(WrittenDuty{some_duty(), "m"});
  // The last byte is a newline, without which it is still whole.
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    EXPECT_FALSE(duty_from_text(whole.substr(0, size), "there")) << size;
  }
}

TEST_F(DutyStoreTest, Many_changes_at_once_are_all_made) {
  constexpr int threads = 4;
  constexpr int each = 8;
  std::vector<std::jthread> workers;
  std::atomic<int> made = 0;
  for (int worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&] {
      for (int number = 0; number < each; ++number) {
        const auto changed = store.change(
            duty_region,
            [](RegionDuty duty) -> base::Result<RegionDuty> {
              duty.duty.newest = duty.duty.newest.next();
              return duty;
            },
            account.time.now() + Milliseconds(30'000));
        if (changed) ++made;
      }
    });
  }
  workers.clear();
  EXPECT_EQ(store.read(duty_region, Milliseconds(1000)).value()->duty.newest.value, static_cast<std::uint64_t>(made));
  EXPECT_GE(made, each);
}

}  // namespace
}  // namespace lifeboat::aws_world
