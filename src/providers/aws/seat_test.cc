#include "providers/aws/seat.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "providers/aws/fake_s3.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using testing::bucket_in;
using testing::Fault;
using testing::home;
using testing::standby;

constexpr Milliseconds seat_limit{10'000};

struct SeatTest : ::testing::Test {
  SeatTest() { add_buckets(s3); }

  Seat seat() { return {account.client, account.time, testing::test_stack(), testing::test_names()}; }
  void pass(int seconds) {
    s3.now_s += seconds;
    account.time.passed_ms += seconds * 1000;
  }
  /// Only requests to this region fail so.
  void fail(const std::string& region, Fault fault) {
    s3.fault = [=](const testing::S3Request& request) { return request.region == region ? fault : Fault::none; };
  }
  void heal() { s3.fault = {}; }

  testing::FakeS3 s3;
  testing::FakeAccount account{s3};
};

TEST_F(SeatTest, Nobody_sits_on_a_new_seat) {
  auto one = seat();
  const auto holder = one.look(seat_limit);
  ASSERT_TRUE(holder) << holder.error().text();
  EXPECT_FALSE(*holder);
}

TEST_F(SeatTest, The_first_one_gets_the_first_term_in_both_buckets) {
  auto one = seat();
  const auto taken = one.take("ana@laptop, pid 1", seat_limit);
  ASSERT_TRUE(taken) << taken.error().text();
  EXPECT_EQ(taken->term, (engine::Term{1, "ana@laptop, pid 1"}));
  EXPECT_EQ(taken->before, engine::Term{});
  EXPECT_EQ(s3.body(bucket_in(home), seat_key), s3.body(bucket_in(standby), seat_key));
  pass(7);
  const auto holder = seat().look(seat_limit);
  ASSERT_TRUE(holder && *holder);
  EXPECT_EQ((*holder)->term, taken->term);
  EXPECT_EQ((*holder)->age, Milliseconds(7000));
  EXPECT_TRUE((*holder)->is_held);
}

TEST_F(SeatTest, A_second_one_is_refused_while_the_first_renews) {
  auto one = seat();
  auto two = seat();
  ASSERT_TRUE(one.take("ana", seat_limit));
  for (int minute = 0; minute < 5; ++minute) {
    pass(30);
    ASSERT_TRUE(one.renew(seat_limit));
    pass(30);
    const auto refused = two.take("bob", seat_limit);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::lock_held);
    EXPECT_EQ(refused.error().message, "ana changes this stack (term 1, last heard of 30 s ago)");
    EXPECT_EQ(refused.error().help, "Wait until it has ended. Should it have died, the seat is free in 32 s.");
    ASSERT_TRUE(one.renew(seat_limit));
  }
}

TEST_F(SeatTest, Who_does_not_renew_loses_it_and_learns_so) {
  auto one = seat();
  auto two = seat();
  ASSERT_TRUE(one.take("ana", seat_limit));
  pass(61);
  EXPECT_EQ(two.take("bob", seat_limit).error().code, ErrorCode::lock_held);
  pass(1);
  const auto taken = two.take("bob", seat_limit);
  ASSERT_TRUE(taken) << taken.error().text();
  EXPECT_EQ(taken->term, (engine::Term{2, "bob"}));
  EXPECT_EQ(taken->before, (engine::Term{1, "ana"}));
  const auto lost = one.renew(seat_limit);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, ErrorCode::stale_term);
  EXPECT_EQ(lost.error().message, "bob has taken over this stack (term 2)");
  EXPECT_EQ(one.renew(seat_limit).error().code, ErrorCode::stale_term);
  EXPECT_TRUE(two.renew(seat_limit));
}

TEST_F(SeatTest, The_laptops_clock_decides_nothing) {
  auto one = seat();
  ASSERT_TRUE(one.take("ana", seat_limit));
  account.time.wall_ms += 1'000'000'000;
  account.time.passed_ms += 1'000'000'000;
  EXPECT_EQ(seat().take("bob", seat_limit).error().code, ErrorCode::lock_held);
  account.time.wall_ms -= 2'000'000'000;
  s3.now_s += 62;
  EXPECT_TRUE(seat().take("bob", seat_limit));
}

TEST_F(SeatTest, A_seat_that_was_given_up_is_free_at_once) {
  auto one = seat();
  ASSERT_TRUE(one.take("ana", seat_limit));
  ASSERT_TRUE(one.leave(seat_limit));
  EXPECT_FALSE(seat().look(seat_limit).value()->is_held);
  auto two = seat();
  const auto taken = two.take("bob", seat_limit);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->term.number, 2u);
  EXPECT_EQ(taken->before, (engine::Term{1, "ana"}));
  EXPECT_EQ(one.renew(seat_limit).error().code, ErrorCode::stale_term);
}

TEST_F(SeatTest, Leaving_does_not_take_it_from_the_next_one) {
  auto one = seat();
  auto two = seat();
  ASSERT_TRUE(one.take("ana", seat_limit));
  pass(62);
  ASSERT_TRUE(two.take("bob", seat_limit));
  ASSERT_TRUE(one.leave(seat_limit));
  EXPECT_TRUE(two.renew(seat_limit));
  EXPECT_TRUE(seat().look(seat_limit).value()->is_held);
}

TEST_F(SeatTest, One_bucket_is_enough) {
  fail(home, Fault::unreachable);
  auto one = seat();
  const auto taken = one.take("ana", seat_limit);
  ASSERT_TRUE(taken) << taken.error().text();
  EXPECT_TRUE(one.renew(seat_limit));
  EXPECT_EQ(seat().take("bob", seat_limit).error().code, ErrorCode::lock_held);
  heal();
  // The bucket that was away has never heard of it: the next renewal tells it.
  EXPECT_EQ(seat().take("bob", seat_limit).error().code, ErrorCode::lock_held);
  EXPECT_TRUE(one.renew(seat_limit));
  EXPECT_EQ(s3.body(bucket_in(home), seat_key), s3.body(bucket_in(standby), seat_key));
}

TEST_F(SeatTest, Without_any_bucket_nobody_gets_it) {
  s3.fault = [](const testing::S3Request&) { return Fault::unreachable; };
  auto one = seat();
  EXPECT_EQ(one.take("ana", seat_limit).error().code, ErrorCode::region_unreachable);
  EXPECT_EQ(one.look(seat_limit).error().code, ErrorCode::region_unreachable);
  heal();
  ASSERT_TRUE(one.take("ana", seat_limit));
  s3.fault = [](const testing::S3Request&) { return Fault::lost_request; };
  EXPECT_EQ(one.renew(seat_limit).error().code, ErrorCode::region_unreachable);
  heal();
  EXPECT_TRUE(one.renew(seat_limit));
}

TEST_F(SeatTest, A_bucket_that_comes_back_with_an_old_holder_is_brought_up) {
  auto one = seat();
  ASSERT_TRUE(one.take("ana", seat_limit));
  fail(home, Fault::unreachable);
  pass(62);
  auto two = seat();
  ASSERT_TRUE(two.take("bob", seat_limit));
  heal();
  EXPECT_EQ(seat().take("eve", seat_limit).error().code, ErrorCode::lock_held);
  ASSERT_TRUE(two.renew(seat_limit));
  EXPECT_EQ(s3.body(bucket_in(home), seat_key), s3.body(bucket_in(standby), seat_key));
  EXPECT_EQ(one.renew(seat_limit).error().code, ErrorCode::stale_term);
}

TEST_F(SeatTest, An_answer_that_was_lost_is_found_again) {
  for (const auto fault :
       {Fault::lost_answer, Fault::late, Fault::lost_request, Fault::conflict, Fault::throttled, Fault::server_fault}) {
    std::set<std::string> failed;
    s3.fault = [&](const testing::S3Request& request) {
      return request.method == "PUT" && failed.insert(request.region).second ? fault : Fault::none;
    };
    auto one = seat();
    const auto taken = one.take("ana", seat_limit);
    ASSERT_TRUE(taken) << static_cast<int>(fault) << taken.error().text();
    EXPECT_EQ(failed.size(), 2u);
    failed.clear();
    ASSERT_TRUE(one.renew(seat_limit)) << static_cast<int>(fault);
    EXPECT_EQ(failed.size(), 2u);
    ASSERT_TRUE(one.renew(seat_limit)) << static_cast<int>(fault);
    failed.clear();
    ASSERT_TRUE(one.leave(seat_limit)) << static_cast<int>(fault);
    EXPECT_FALSE(seat().look(seat_limit).value()->is_held);
  }
}

TEST_F(SeatTest, A_claim_whose_answer_never_came_is_ones_own) {
  bool was_put = false;
  s3.fault = [&](const testing::S3Request& request) {
    was_put = was_put || request.method == "PUT";
    return was_put ? Fault::lost_answer : Fault::none;
  };
  auto one = seat();
  EXPECT_FALSE(one.take("ana", seat_limit));
  heal();
  const auto taken = one.take("ana", seat_limit);
  ASSERT_TRUE(taken) << taken.error().text();
  EXPECT_EQ(taken->term.number, 2u);
  EXPECT_EQ(taken->before, engine::Term{}) << "a claim that was not granted led nobody";
}

TEST_F(SeatTest, Who_loses_one_bucket_withdraws_from_the_other) {
  // Bob gets to the second bucket while ana, who reaches only the first at that moment, claims both.
  auto ana = seat();
  auto bob = seat();
  bool was_bob_here = false;
  bool only_standby = false;
  s3.fault = [&](const testing::S3Request& request) {
    return only_standby && request.region == home ? Fault::unreachable : Fault::none;
  };
  testing::FakeS3& store = s3;
  // A transport between ana and the buckets lets bob in before her second write.
  struct Between : aws::Transport {
    std::expected<aws::HttpAnswer, aws::ExchangeFailure> send(const aws::Request& request,
                                                              const aws::ExchangeLimits& limits) override {
      if (request.method == "PUT" && request.host.contains("us-west-1")) before_second();
      return store.send(request, limits);
    }
    testing::FakeS3& store;
    std::function<void()> before_second;
    Between(testing::FakeS3& its_store, std::function<void()> act) : store(its_store), before_second(std::move(act)) {}
  } between(store, [&] {
    if (std::exchange(was_bob_here, true)) return;
    only_standby = true;
    EXPECT_TRUE(bob.take("bob", seat_limit));
    only_standby = false;
  });
  testing::FakeAccount hers(between);
  Seat her_seat(hers.client, hers.time, testing::test_stack(), testing::test_names());
  const auto refused = her_seat.take("ana", seat_limit);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::lock_held);
  EXPECT_EQ(seat_from_text(*s3.body(bucket_in(home), seat_key), "there")->state, SeatState::withdrawn);
  EXPECT_TRUE(bob.renew(seat_limit)) << "a claim that was withdrawn ends nobody's";
  ASSERT_TRUE(bob.leave(seat_limit));
  EXPECT_EQ(her_seat.take("ana", seat_limit)->before.controller, "bob");
}

TEST_F(SeatTest, Of_two_that_each_reached_another_bucket_exactly_one_goes_on) {
  for (int round = 0; round < 20; ++round) {
    auto ana = seat();
    auto bob = seat();
    fail(home, Fault::unreachable);
    ASSERT_TRUE(ana.take("ana", seat_limit));
    fail(standby, Fault::unreachable);
    ASSERT_TRUE(bob.take("bob", seat_limit));
    heal();
    const bool ana_goes_on = ana.renew(seat_limit).has_value();
    const bool bob_goes_on = bob.renew(seat_limit).has_value();
    EXPECT_NE(ana_goes_on, bob_goes_on);
    EXPECT_EQ(ana.renew(seat_limit).has_value(), ana_goes_on);
    ASSERT_TRUE(ana.leave(seat_limit));
    ASSERT_TRUE(bob.leave(seat_limit));
  }
}

TEST_F(SeatTest, What_is_no_seat_is_said_and_left_alone) {
  s3.put(bucket_in(home), seat_key, "{\"format\":1}");
  auto one = seat();
  EXPECT_EQ(one.look(seat_limit).error().code, ErrorCode::record_corrupt);
  const auto refused = one.take("ana", seat_limit);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "s3://dr-shop-123456789012-us-east-2/seat.json is not what Lifeboat wrote: it lacks 'term'");
  EXPECT_EQ(s3.body(bucket_in(home), seat_key), "{\"format\":1}");
}

TEST_F(SeatTest, Of_many_that_take_at_once_one_gets_it) {
  for (int round = 0; round < 20; ++round) {
    pass(63);
    std::atomic<int> winners = 0;
    std::vector<std::unique_ptr<Seat>> seats;
    for (int number = 0; number < 4; ++number) {
      seats.push_back(
          std::make_unique<Seat>(account.client, account.time, testing::test_stack(), testing::test_names()));
    }
    std::vector<std::jthread> threads;
    for (auto& one : seats) {
      threads.emplace_back([&] { winners += one->take("same name", seat_limit) ? 1 : 0; });
    }
    threads.clear();
    EXPECT_EQ(winners, 1);
  }
}

}  // namespace
}  // namespace lifeboat::aws_world
