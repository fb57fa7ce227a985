#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "journal/frame.h"
#include "journal/log_parts.h"
#include "providers/aws/copy_object.h"
#include "providers/aws/journal_copy.h"
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

struct JournalCopyDamage : ::testing::Test {
  JournalCopyDamage() { add_buckets(s3); }

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

TEST_F(JournalCopyDamage, One_bucket_is_enough_to_fetch_and_none_is_not) {
  {
    auto journal = laptop.open();
    ASSERT_TRUE(append(*journal, "one"));
  }
  for (const auto fault : {Fault::unreachable, Fault::lost_request, Fault::server_fault, Fault::denied}) {
    fail(home, fault);
    EXPECT_EQ(seen_by_another(), Texts{"one"});
  }
  s3.fault = [](const testing::S3Request&) { return Fault::server_fault; };
  Laptop other(s3);
  EXPECT_EQ(other.fetch().error().code, ErrorCode::region_unreachable);
  EXPECT_TRUE(other.disk.names.empty());
  s3.fault = [](const testing::S3Request&) { return Fault::denied; };
  EXPECT_EQ(other.fetch().error().code, ErrorCode::aws_denied);
}

TEST_F(JournalCopyDamage, A_damaged_copy_is_said_with_its_place) {
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
  const auto whole = *s3.body(bucket(standby), current);
  const auto object = copy_from_bytes(whole, "there").value();
  s3.put(bucket(standby), current, whole.substr(0, whole.size() - 1));
  EXPECT_EQ(message(), fmt::format("journal_corrupt: {} is damaged: record 9: the file ends within it", place));
  s3.put(bucket(standby), current, object.frames);
  EXPECT_EQ(message(), fmt::format("journal_corrupt: {} is no copy of a journal", place));
  s3.put(bucket(standby), current, "lifeboat journal copy 2\n" + whole.substr(24));
  EXPECT_EQ(message(), fmt::format("journal_version: {} is of a version of the copies' format that this program does "
                                   "not know",
                                   place));
  s3.put(bucket(standby), current, whole);
  const auto before = "journal/" + object.before;
  const auto closed = *s3.body(bucket(standby), before);
  s3.put(bucket(standby), before, whole);
  EXPECT_EQ(message(), fmt::format("journal_corrupt: s3://dr-shop-123456789012-us-west-1/{} is damaged: it stands in "
                                   "another one's place",
                                   before));
  s3.erase(bucket(standby), before);
  EXPECT_EQ(message(),
            fmt::format("journal_corrupt: s3://dr-shop-123456789012-us-west-1/{} is damaged: it is gone", before));
  s3.put(bucket(standby), before, closed);
  EXPECT_EQ(message(), "well");
}

TEST_F(JournalCopyDamage, A_sync_of_a_large_journal_writes_one_part) {
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
}  // namespace lifeboat::aws_world
