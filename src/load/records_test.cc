#include "load/records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace lifeboat::load {
namespace {

using base::WallTime;

RequestRecord write_record(std::uint64_t n, std::int64_t start_ms, std::int64_t end_ms, bool acknowledged,
                           const std::string& region = "us-east-2") {
  RequestRecord record;
  record.n = n;
  record.started_at_us = start_ms * 1000;
  record.ended_at_us = end_ms * 1000;
  record.acknowledged = acknowledged;
  record.status = acknowledged ? 201 : 0;
  record.name = "load-r-" + std::to_string(n);
  record.served_by = acknowledged ? region : "";
  record.error = acknowledged ? "" : "refused";
  if (acknowledged) record.id = static_cast<std::int64_t>(n) * 10;
  return record;
}

WallTime at_ms(std::int64_t ms) {
  return WallTime(base::Milliseconds(ms));
}

class RecordsTest : public ::testing::Test {
 protected:
  RecordsTest() {
    std::string name = ::testing::TempDir() + "lifeboat-records-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~RecordsTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path file(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(RecordsTest, LineIsTheContract) {
  EXPECT_EQ(to_line(write_record(3, 1000, 1004, true)),
            R"({"n":3,"kind":"write","started_at":1000000,"ended_at":1004000,"acknowledged":true,"status":201,"id":30,)"
            R"("name":"load-r-3","served_by":"us-east-2","error":""})");
}

TEST_F(RecordsTest, RoundTrip) {
  const auto first = write_record(1, 5, 6, true);
  const auto second = write_record(2, 7, 9, false);
  const auto run =
      read_run(file("a.jsonl", "{\"kind\":\"run\",\"run\":\"r\"}\n" + to_line(first) + "\n" + to_line(second) + "\n"));
  ASSERT_TRUE(run.has_value()) << run.error().text();
  EXPECT_EQ(run->run, "r");
  EXPECT_THAT(run->requests, ::testing::ElementsAre(first, second));
}

TEST_F(RecordsTest, TornLastLineIsLeftOutAtEveryLength) {
  const std::string whole = to_line(write_record(1, 5, 6, true)) + "\n";
  const std::string torn = to_line(write_record(2, 7, 9, true));
  for (std::size_t length = 0; length <= torn.size(); ++length) {
    const auto run = read_run(file("a.jsonl", whole + torn.substr(0, length)));
    ASSERT_TRUE(run.has_value()) << run.error().text();
    EXPECT_EQ(run->requests.size(), 1u) << length;
  }
}

TEST_F(RecordsTest, DamageBeforeTheEndIsAnError) {
  const auto run = read_run(file("a.jsonl", "{\"n\":1,\"kind\":\"wri\n" + to_line(write_record(2, 7, 9, true)) + "\n"));
  ASSERT_FALSE(run.has_value());
  EXPECT_EQ(run.error().code, base::ErrorCode::journal_corrupt);
  EXPECT_THAT(run.error().message, ::testing::HasSubstr("a.jsonl:1: "));
}

TEST_F(RecordsTest, FolderLeavesOutClientsThatEndedBefore) {
  file("old.jsonl", to_line(write_record(1, 5, 6, true)) + "\n");
  file("new.jsonl", to_line(write_record(2, 700, 900, true)) + "\n");
  file("notes.txt", "not a record\n");
  const auto records = read_folder(folder_, at_ms(100));
  ASSERT_TRUE(records.has_value());
  ASSERT_EQ(records->size(), 1u);
  EXPECT_EQ(records->front().n, 2u);
}

TEST_F(RecordsTest, MissingFolderHasNoClients) {
  const auto records = read_folder(folder_ / "none", at_ms(0));
  ASSERT_TRUE(records.has_value());
  EXPECT_TRUE(records->empty());
}

/// East acknowledges 1 and 2 until 10000, 3 and 4 fail, west acknowledges 5 from 10900 on.
std::vector<RequestRecord> outage() {
  return {write_record(1, 7000, 7010, true), write_record(2, 9990, 9995, true), write_record(3, 10'010, 10'020, false),
          write_record(4, 10'100, 10'700, false), write_record(5, 10'800, 10'900, true, "us-west-1")};
}

PresentNames all_but(const std::string& missing) {
  return [missing](const std::vector<std::string>& names) -> base::Result<std::set<std::string>> {
    std::set<std::string> present(names.begin(), names.end());
    present.erase(missing);
    return present;
  };
}

TEST(Measure, CountsWhatTheClientsSaw) {
  const MeasureWindow window{.since = at_ms(10'000), .writes_from = {}, .new_region = {"us-west-1"}};
  const auto view = measure(outage(), window, all_but("load-r-2"));
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->clients_present);
  EXPECT_EQ(view->acknowledged_writes, 3u);
  EXPECT_EQ(view->lost_acknowledged_writes, 1u);
  EXPECT_EQ(view->failed_requests, 2u);
  EXPECT_EQ(view->longest_request_ms, 600);
  EXPECT_EQ(view->first_failure, at_ms(10'010));
  EXPECT_EQ(view->first_acknowledged_after, at_ms(10'900));
}

TEST(Measure, AWriteOfTheOldRegionAfterTheFirstFailureIsNoRecovery) {
  auto records = outage();
  records.push_back(write_record(6, 10'030, 10'040, true, "us-east-2"));
  const MeasureWindow window{.since = at_ms(10'000), .writes_from = {}, .new_region = {"us-west-1"}};
  const auto view = measure(records, window, all_but(""));
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->first_acknowledged_after, at_ms(10'900));
}

TEST(Measure, WritesOfEarlierOperationsAreNotCountedAgain) {
  const MeasureWindow window{.since = at_ms(10'000), .writes_from = at_ms(8000), .new_region = {}};
  const auto view = measure(outage(), window, all_but("load-r-1"));
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->acknowledged_writes, 2u);
  EXPECT_EQ(view->lost_acknowledged_writes, 0u);
}

TEST(Measure, NobodyThereMeansNoNumbers) {
  const auto view = measure({}, {.since = at_ms(10'000), .writes_from = {}, .new_region = {}}, all_but(""));
  ASSERT_TRUE(view.has_value());
  EXPECT_FALSE(view->clients_present);
  EXPECT_FALSE(view->longest_request_ms.has_value());
  EXPECT_FALSE(view->first_failure.has_value());
}

TEST(Measure, ADatabaseThatCannotBeAskedIsAnErrorNotAZero) {
  const auto view = measure(outage(), {.since = at_ms(10'000), .writes_from = {}, .new_region = {}},
                            [](const auto&) -> base::Result<std::set<std::string>> {
                              return base::fail(base::ErrorCode::postgres_failed, "gone");
                            });
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error().code, base::ErrorCode::postgres_failed);
}

}  // namespace
}  // namespace lifeboat::load
