#include <fmt/format.h>
#include <gtest/gtest.h>

#include <utility>

#include "journal/frame.h"
#include "providers/aws/copy_object.h"
#include "providers/aws/journal_world.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;
using Texts = std::vector<std::string>;

using JournalFetchTest = JournalWorld;

TEST_F(JournalFetchTest, What_one_bucket_has_and_nobody_was_told_of_gives_way) {
  // Somebody wrote to one bucket at the moment at which another one wrote to the other, and died.
  const auto written = [&](const std::string& region, const std::string& text, CopyState state) {
    std::string frames = copy_from_bytes(*s3.body(bucket_in(region), current), "there")->frames;
    const std::vector records{record(text)};
    frames += std::string_view(journal::file_of(2, records)).substr(journal::magic.size());
    s3.put(bucket_in(region), current, to_bytes({.state = state, .before = "", .frames = frames}));
  };
  const auto seen = [&](CopyState at_home, CopyState at_standby) {
    s3.erase(bucket_in(home), current);
    s3.erase(bucket_in(standby), current);
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

TEST_F(JournalFetchTest, A_folder_that_is_ahead_fills_the_buckets) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  ASSERT_TRUE(append(*journal, "two"));
  s3.erase(bucket_in(home), current);
  s3.erase(bucket_in(standby), current);
  ASSERT_TRUE(laptop.fetch());
  EXPECT_EQ(file_at(home), laptop.disk.file().written);
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two"}));
}

TEST_F(JournalFetchTest, A_folder_with_a_torn_tail_is_cut_and_filled) {
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

TEST_F(JournalFetchTest, A_bucket_that_comes_back_with_old_content_is_filled_from_the_other) {
  auto journal = laptop.open();
  ASSERT_TRUE(append(*journal, "one"));
  const auto old = *s3.body(bucket_in(home), current);
  ASSERT_TRUE(append(*journal, "two"));
  s3.put(bucket_in(home), current, old);
  EXPECT_EQ(seen_by_another(), (Texts{"one", "two"}));
  EXPECT_EQ(file_at(home), file_at(standby));
  s3.put(bucket_in(home), current, old);
  ASSERT_TRUE(append(*journal, "three")) << "also beside a writer, for whom these bytes are his own";
  EXPECT_EQ(file_at(home), file_at(standby));
}

TEST_F(JournalFetchTest, Copies_that_went_different_ways_are_said_and_left_alone) {
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
  const auto buckets = std::pair(s3.body(bucket_in(home), current), s3.body(bucket_in(standby), current));
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
  EXPECT_EQ(std::pair(s3.body(bucket_in(home), current), s3.body(bucket_in(standby), current)), buckets);
}

TEST_F(JournalFetchTest, One_bucket_is_enough_to_fetch_and_none_is_not) {
  {
    auto journal = laptop.open();
    ASSERT_TRUE(append(*journal, "one"));
  }
  for (const auto fault : {Fault::unreachable, Fault::lost_request, Fault::server_fault, Fault::denied}) {
    fail(home, fault);
    EXPECT_EQ(seen_by_another(), Texts{"one"});
  }
  s3.fault = [](const S3Request&) { return Fault::server_fault; };
  Laptop other(s3);
  EXPECT_EQ(other.fetch().error().code, ErrorCode::region_unreachable);
  EXPECT_TRUE(other.disk.names.empty());
  s3.fault = [](const S3Request&) { return Fault::denied; };
  EXPECT_EQ(other.fetch().error().code, ErrorCode::aws_denied);
}

TEST_F(JournalFetchTest, A_damaged_copy_is_said_with_its_place) {
  {
    laptop.part_bytes = 200;
    auto journal = laptop.open();
    for (int number = 0; number < 9; ++number) ASSERT_TRUE(append(*journal, "record"));
  }
  const auto message = [&] {
    Laptop other(s3);
    const auto fetched = other.fetch();
    EXPECT_EQ(other.disk.names.empty(), !fetched);
    return fetched ? std::string("well") : std::string(fetched.error().name()) + ": " + fetched.error().message;
  };
  const auto place = "s3://dr-shop-123456789012-us-west-1/journal/journal.lbj";
  const auto whole = *s3.body(bucket_in(standby), current);
  const auto object = copy_from_bytes(whole, "there").value();
  s3.put(bucket_in(standby), current, whole.substr(0, whole.size() - 1));
  EXPECT_EQ(message(), fmt::format("journal_corrupt: {} is damaged: record 9: the file ends within it", place));
  s3.put(bucket_in(standby), current, object.frames);
  EXPECT_EQ(message(), fmt::format("journal_corrupt: {} is no copy of a journal", place));
  s3.put(bucket_in(standby), current, "lifeboat journal copy 2\n" + whole.substr(24));
  EXPECT_EQ(message(), fmt::format("journal_version: {} is of a version of the copies' format that this program does "
                                   "not know",
                                   place));
  s3.put(bucket_in(standby), current, whole);
  const auto before = "journal/" + object.before;
  const auto closed = *s3.body(bucket_in(standby), before);
  s3.put(bucket_in(standby), before, whole);
  EXPECT_EQ(message(), fmt::format("journal_corrupt: s3://dr-shop-123456789012-us-west-1/{} is damaged: it stands in "
                                   "another one's place",
                                   before));
  s3.erase(bucket_in(standby), before);
  EXPECT_EQ(message(),
            fmt::format("journal_corrupt: s3://dr-shop-123456789012-us-west-1/{} is damaged: it is gone", before));
  s3.put(bucket_in(standby), before, closed);
  EXPECT_EQ(message(), "well");
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
