#include "providers/aws/journal_copy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "journal/frame.h"
#include "providers/aws/copy_object.h"
#include "providers/aws/journal_world.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;
using Texts = std::vector<std::string>;

using JournalCopyTest = JournalWorld;

TEST_F(JournalCopyTest, A_new_journal_begins_with_nothing) {
  ASSERT_TRUE(laptop.fetch());
  EXPECT_TRUE(laptop.disk.names.empty());
  const auto journal = laptop.open();
  ASSERT_TRUE(journal) << journal.error().text();
  EXPECT_FALSE(s3.body(bucket_in(home), current)) << "there is nothing to copy yet";
}

TEST_F(JournalCopyTest, What_is_appended_is_in_both_buckets_and_on_every_laptop) {
  auto journal = laptop.open();
  ASSERT_TRUE(journal);
  ASSERT_TRUE(append(*journal, "one"));
  ASSERT_TRUE(append(*journal, "two"));
  EXPECT_EQ(file_at(home), laptop.disk.file().written);
  EXPECT_EQ(file_at(standby), laptop.disk.file().written);
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two"}));
}

TEST_F(JournalCopyTest, The_buckets_have_a_record_before_the_disk_has) {
  auto journal = laptop.open();
  ASSERT_TRUE(journal);
  ASSERT_TRUE(append(*journal, "one"));
  s3.fault = [](const S3Request&) { return Fault::unreachable; };
  const auto before = laptop.disk.file().written;
  const auto failed = append(*journal, "two");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::region_unreachable);
  EXPECT_EQ(failed.error().message.find("journal.lbj: the journal reaches no bucket: the bucket of us-east-2 does not"),
            0u)
      << failed.error().message;
  EXPECT_EQ(laptop.disk.file().written, before);
  heal();
  EXPECT_EQ(seen_by_another(), Texts{"one"});
}

TEST_F(JournalCopyTest, A_bucket_that_does_not_answer_is_left_behind_and_brought_up) {
  std::mutex mutex;
  Texts notices;
  laptop.on_notice = [&](const std::string& text) {
    const std::lock_guard lock(mutex);
    notices.push_back(text);
  };
  laptop.retry_interval = base::Milliseconds(5);
  auto journal = laptop.open();
  ASSERT_TRUE(journal);
  ASSERT_TRUE(append(*journal, "one"));
  const auto before = s3.body(bucket_in(home), current);
  std::atomic<bool> is_away = true;
  s3.fault = [&](const S3Request& request) {
    return request.region == home && is_away ? Fault::unreachable : Fault::none;
  };
  ASSERT_TRUE(append(*journal, "two"));
  ASSERT_TRUE(append(*journal, "three"));
  EXPECT_EQ(s3.body(bucket_in(home), current), before);
  is_away = false;
  // It counts as up from when that is said, which is a moment after it has everything.
  const auto has_said_both = [&] {
    const std::lock_guard lock(mutex);
    return notices.size() == 2;
  };
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!has_said_both() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(file_at(home), laptop.disk.file().written) << "without a further append";
  ASSERT_TRUE(append(*journal, "four"));
  EXPECT_EQ(file_at(home), laptop.disk.file().written);
  const std::lock_guard lock(mutex);
  ASSERT_EQ(notices.size(), 2u);
  EXPECT_TRUE(
      notices[0].starts_with("the journal is not copied to the bucket of us-east-2: the bucket of us-east-2 does not"));
  EXPECT_EQ(notices[1], "the bucket of us-east-2 has the whole journal again");
}

TEST_F(JournalCopyTest, A_copy_that_somebody_else_has_changed_ends_the_writer) {
  auto journal = laptop.open();
  ASSERT_TRUE(journal);
  ASSERT_TRUE(append(*journal, "one"));
  Laptop other(s3);
  auto theirs = other.open();
  ASSERT_TRUE(theirs);
  ASSERT_TRUE(append(*theirs, "theirs"));
  const auto refused = append(*journal, "ours");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::stale_term);
  EXPECT_TRUE(refused.error().message.contains("somebody else has written to s3://dr-shop-123456789012-us-"));
  ASSERT_TRUE(append(*theirs, "theirs again"));
  EXPECT_EQ(seen_by_another(), (Texts{"one", "theirs", "theirs again"}));
  EXPECT_EQ(texts_of(laptop.open()->records()), (Texts{"one", "theirs", "theirs again"}))
      << "what was refused is on no disk, so nothing stands in the way";
}

TEST_F(JournalCopyTest, A_copy_that_was_changed_between_fetching_and_opening_is_noticed) {
  ASSERT_TRUE(laptop.fetch());
  Laptop other(s3);
  auto theirs = other.open();
  ASSERT_TRUE(append(*theirs, "theirs"));
  const auto journal = laptop.open_without_fetching();
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().code, ErrorCode::stale_term);
}

TEST_F(JournalCopyTest, Lost_answers_and_refusals_do_not_double_a_record) {
  for (const auto fault :
       {Fault::lost_answer, Fault::late, Fault::lost_request, Fault::conflict, Fault::throttled, Fault::server_fault}) {
    FakeS3 store;
    add_buckets(store);
    std::set<std::string> failed;
    Laptop one(store);
    auto journal = one.open();
    ASSERT_TRUE(journal);
    ASSERT_TRUE(append(*journal, "one"));
    store.fault = [&](const S3Request& request) {
      return request.method == "PUT" && failed.insert(request.region).second ? fault : Fault::none;
    };
    ASSERT_TRUE(append(*journal, "two")) << static_cast<int>(fault);
    EXPECT_EQ(failed.size(), 2u);
    ASSERT_TRUE(append(*journal, "three")) << static_cast<int>(fault);
    for (const auto& region : {home, standby}) {
      const auto object = copy_from_bytes(*store.body(bucket_in(region), current), "there");
      EXPECT_EQ(std::string(journal::magic) + object->frames, one.disk.file().written);
      EXPECT_EQ(store.bucket(bucket_in(region))->versions.size(), 3u) << static_cast<int>(fault);
    }
  }
}

TEST_F(JournalCopyTest, A_request_that_arrives_after_the_bucket_was_given_up_is_ones_own) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  // The write is on its way when nothing answers any more; it arrives with the next one.
  bool was_put = false;
  s3.fault = [&](const S3Request& request) {
    if (request.region != home) return Fault::none;
    if (std::exchange(was_put, true)) return Fault::unreachable;
    return Fault::late;
  };
  ASSERT_TRUE(append(*journal, "two"));
  heal();
  journal = base::fail(ErrorCode::aborted, "closed");
  journal = laptop.open();
  ASSERT_TRUE(journal) << journal.error().text();
  ASSERT_TRUE(append(*journal, "three"));
  EXPECT_EQ(file_at(home), file_at(standby));
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two", "three"}));
}

TEST_F(JournalCopyTest, Files_and_parts_are_closed_each_in_their_own_time) {
  laptop.options.largest_file_bytes = 700;
  laptop.part_bytes = 400;
  auto journal = laptop.open();
  ASSERT_TRUE(journal);
  Texts texts;
  for (int number = 0; number < 40; ++number) {
    texts.push_back("record " + std::to_string(number));
    ASSERT_TRUE(append(*journal, texts.back())) << number;
    if (number % 7 == 3) {
      journal = base::fail(ErrorCode::aborted, "closed");
      journal = laptop.open();
      ASSERT_TRUE(journal) << journal.error().text();
    }
  }
  EXPECT_GT(laptop.disk.names.size(), 4u);
  const auto objects = s3.bucket(bucket_in(home))->objects;
  EXPECT_GT(objects.size(), 6u);
  for (const auto& [key, object] : objects) EXPECT_LE(object.body.size(), 560u) << key;
  EXPECT_EQ(seen_by_another(), texts);
  // A laptop with other files goes on as well.
  Laptop other(s3);
  other.part_bytes = 900;
  auto theirs = other.open();
  ASSERT_TRUE(append(*theirs, "theirs"));
  texts.push_back("theirs");
  EXPECT_EQ(texts_of(laptop.open()->records()), texts);
}

TEST_F(JournalCopyTest, A_part_that_was_closed_half_way_is_closed_again) {
  laptop.part_bytes = 200;
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  ASSERT_TRUE(append(*journal, "two"));
  // Its closed part is written; the current one never is.
  const auto before = s3.bucket(bucket_in(home))->objects.size();
  s3.fault = [&](const S3Request& request) {
    return request.method == "PUT" && request.key == current ? Fault::unreachable : Fault::none;
  };
  ASSERT_FALSE(append(*journal, std::string(200, 'x')));
  heal();
  EXPECT_EQ(s3.bucket(bucket_in(home))->objects.size(), before + 1);
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two"}));
  journal = base::fail(ErrorCode::aborted, "closed");
  journal = laptop.open();
  ASSERT_TRUE(append(*journal, "four"));
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two", "four"}));
}

TEST_F(JournalCopyTest, A_bucket_that_is_alone_with_a_record_says_so) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  EXPECT_EQ(state_at(home), CopyState::both);
  fail(home, Fault::unreachable);
  ASSERT_TRUE(append(*journal, "two"));
  EXPECT_EQ(state_at(standby), CopyState::alone);
  journal = base::fail(ErrorCode::aborted, "closed");
  heal();
  journal = laptop.open();
  ASSERT_TRUE(append(*journal, "three"));
  EXPECT_EQ(state_at(home), CopyState::both);
  EXPECT_EQ(state_at(standby), CopyState::both);
}

TEST_F(JournalCopyTest, A_sync_of_a_large_journal_writes_one_part) {
  auto journal = laptop.open();
  const std::string text(100'000, 'x');
  for (int number = 0; number < 20; ++number) ASSERT_TRUE(append(*journal, text));
  const auto before = s3.bytes_put.load();
  ASSERT_TRUE(append(*journal, "small"));
  const auto written = s3.bytes_put.load() - before;
  EXPECT_LE(written, 2 * (512u << 10));
  EXPECT_EQ(seen_by_another().size(), 21u);
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
