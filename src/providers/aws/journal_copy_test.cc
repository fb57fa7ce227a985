#include "providers/aws/journal_copy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "journal/frame.h"
#include "journal/log_parts.h"
#include "providers/aws/copy_object.h"
#include "providers/aws/journal_world.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using testing::append;
using testing::Fault;
using testing::Laptop;
using testing::texts_of;
using Texts = std::vector<std::string>;

const std::string home = "us-east-2";
const std::string standby = "us-west-1";
const std::string current = "journal/journal.lbj";

std::string bucket(const std::string& region) {
  return testing::test_names().bucket({region});
}

struct JournalCopyTest : ::testing::Test {
  JournalCopyTest() { add_buckets(s3); }

  void fail(const std::string& region, Fault fault) {
    s3.fault = [=](const testing::S3Request& request) { return request.region == region ? fault : Fault::none; };
  }
  void heal() { s3.fault = {}; }
  /// The current object of a region's bucket, as a journal's file.
  std::string file_at(const std::string& region) {
    const auto body = s3.body(bucket(region), current);
    return body ? std::string(journal::magic) + copy_from_bytes(*body, "there").value().frames : "";
  }
  CopyState state_at(const std::string& region) {
    return copy_from_bytes(*s3.body(bucket(region), current), "there")->state;
  }
  Texts seen_by_another() {
    Laptop other(s3);
    const auto journal = other.open();
    EXPECT_TRUE(journal) << journal.error().text();
    return journal ? texts_of(journal->records()) : Texts{"cannot be opened"};
  }

  testing::FakeS3 s3;
  Laptop laptop{s3};
};

TEST_F(JournalCopyTest, A_new_journal_begins_with_nothing) {
  ASSERT_TRUE(laptop.fetch());
  EXPECT_TRUE(laptop.disk.names.empty());
  const auto journal = laptop.open();
  ASSERT_TRUE(journal) << journal.error().text();
  EXPECT_FALSE(s3.body(bucket(home), current)) << "there is nothing to copy yet";
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
  s3.fault = [](const testing::S3Request&) { return Fault::unreachable; };
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
  const auto before = s3.body(bucket(home), current);
  std::atomic<bool> is_away = true;
  s3.fault = [&](const testing::S3Request& request) {
    return request.region == home && is_away ? Fault::unreachable : Fault::none;
  };
  ASSERT_TRUE(append(*journal, "two"));
  ASSERT_TRUE(append(*journal, "three"));
  EXPECT_EQ(s3.body(bucket(home), current), before);
  is_away = false;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (file_at(home) != file_at(standby) && std::chrono::steady_clock::now() < until) {
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
    testing::FakeS3 store;
    add_buckets(store);
    std::set<std::string> failed;
    Laptop one(store);
    auto journal = one.open();
    ASSERT_TRUE(journal);
    ASSERT_TRUE(append(*journal, "one"));
    store.fault = [&](const testing::S3Request& request) {
      return request.method == "PUT" && failed.insert(request.region).second ? fault : Fault::none;
    };
    ASSERT_TRUE(append(*journal, "two")) << static_cast<int>(fault);
    EXPECT_EQ(failed.size(), 2u);
    ASSERT_TRUE(append(*journal, "three")) << static_cast<int>(fault);
    for (const auto& region : {home, standby}) {
      const auto object = copy_from_bytes(*store.body(bucket(region), current), "there");
      EXPECT_EQ(std::string(journal::magic) + object->frames, one.disk.file().written);
      EXPECT_EQ(store.bucket(bucket(region))->versions.size(), 3u) << static_cast<int>(fault);
    }
  }
}

TEST_F(JournalCopyTest, A_request_that_arrives_after_the_bucket_was_given_up_is_ones_own) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  // The write is on its way when nothing answers any more; it arrives with the next one.
  bool was_put = false;
  s3.fault = [&](const testing::S3Request& request) {
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
  const auto objects = s3.bucket(bucket(home))->objects;
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
  const auto before = s3.bucket(bucket(home))->objects.size();
  s3.fault = [&](const testing::S3Request& request) {
    return request.method == "PUT" && request.key == current ? Fault::unreachable : Fault::none;
  };
  ASSERT_FALSE(append(*journal, std::string(200, 'x')));
  heal();
  EXPECT_EQ(s3.bucket(bucket(home))->objects.size(), before + 1);
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

TEST_F(JournalCopyTest, What_one_bucket_has_and_nobody_was_told_of_gives_way) {
  // Somebody wrote to one bucket at the moment at which another one wrote to the other, and died.
  const auto written = [&](const std::string& region, const std::string& text, CopyState state) {
    std::string frames = copy_from_bytes(*s3.body(bucket(region), current), "there")->frames;
    const std::vector records{testing::record(text)};
    frames += std::string_view(journal::file_of(2, records)).substr(journal::magic.size());
    s3.put(bucket(region), current, to_bytes({.state = state, .before = "", .frames = frames}));
  };
  const auto seen = [&](CopyState at_home, CopyState at_standby) {
    s3.erase(bucket(home), current);
    s3.erase(bucket(standby), current);
    Laptop writer(s3);
    {
      auto journal = writer.open();
      EXPECT_TRUE(append(*journal, "one"));
    }
    written(home, "home", at_home);
    written(standby, "standby", at_standby);
    Laptop reader(s3);
    const auto journal = reader.open();
    EXPECT_EQ(file_at(home) == file_at(standby), journal.has_value());
    return journal ? texts_of(journal->records()).back() : std::string(journal.error().name());
  };
  EXPECT_EQ(seen(CopyState::both, CopyState::both), "home");
  EXPECT_EQ(seen(CopyState::alone, CopyState::both), "home");
  EXPECT_EQ(seen(CopyState::both, CopyState::alone), "standby");
  EXPECT_EQ(seen(CopyState::alone, CopyState::alone), "journal_corrupt");
}

TEST_F(JournalCopyTest, A_folder_that_is_ahead_fills_the_buckets) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  ASSERT_TRUE(append(*journal, "two"));
  s3.erase(bucket(home), current);
  s3.erase(bucket(standby), current);
  ASSERT_TRUE(laptop.fetch());
  EXPECT_EQ(file_at(home), laptop.disk.file().written);
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two"}));
}

TEST_F(JournalCopyTest, A_folder_with_a_torn_tail_is_cut_and_filled) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  Laptop other(s3);
  other.disk = laptop.disk.copy();
  ASSERT_TRUE(append(*journal, "two"));
  for (const auto size : {0u, 5u, 19u, 25u, 70u}) {
    other.disk.file().written = laptop.disk.file().written.substr(0, size);
    const auto theirs = other.open();
    ASSERT_TRUE(theirs) << size << theirs.error().text();
    EXPECT_EQ(texts_of(theirs->records()), (Texts{"one", "two"})) << size;
  }
}

TEST_F(JournalCopyTest, A_bucket_that_comes_back_with_old_content_is_filled_from_the_other) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  const auto old = *s3.body(bucket(home), current);
  ASSERT_TRUE(append(*journal, "two"));
  s3.put(bucket(home), current, old);
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two"}));
  EXPECT_EQ(file_at(home), file_at(standby));
  s3.put(bucket(home), current, old);
  ASSERT_TRUE(append(*journal, "three")) << "also beside a writer, for whom these bytes are his own";
  EXPECT_EQ(file_at(home), file_at(standby));
}

TEST_F(JournalCopyTest, Copies_that_went_different_ways_are_said_and_left_alone) {
  {
    auto journal = laptop.open();
    ASSERT_TRUE(append(*journal, "one"));
  }
  Laptop other(s3);
  ASSERT_TRUE(other.fetch());
  fail(home, Fault::unreachable);
  {
    auto ours = laptop.open();
    ASSERT_TRUE(append(*ours, "ours"));
  }
  fail(standby, Fault::unreachable);
  {
    auto theirs = other.open();
    ASSERT_TRUE(append(*theirs, "theirs"));
  }
  heal();
  const auto buckets = std::pair(s3.body(bucket(home), current), s3.body(bucket(standby), current));
  for (auto* one : {&laptop, &other}) {
    const auto before = one->disk.file().written;
    const auto fetched = one->fetch();
    ASSERT_FALSE(fetched);
    EXPECT_EQ(fetched.error().code, ErrorCode::journal_corrupt);
    EXPECT_EQ(one->disk.file().written, before);
  }
  Laptop third(s3);
  EXPECT_EQ(third.fetch().error().message,
            "s3://dr-shop-123456789012-us-east-2/journal/journal.lbj (record 2) and "
            "s3://dr-shop-123456789012-us-west-1/journal/journal.lbj (record 2) went different ways: two controllers "
            "led at the same time");
  EXPECT_EQ(std::pair(s3.body(bucket(home), current), s3.body(bucket(standby), current)), buckets);
}

}  // namespace
}  // namespace lifeboat::aws_world
