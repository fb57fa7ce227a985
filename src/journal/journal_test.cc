#include "journal/journal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "journal/frame.h"
#include "journal/memory_file.h"
#include "journal/open_file.h"
#include "journal/record_json.h"

namespace lifeboat::journal {
namespace {

using base::ErrorCode;

base::WallTime at(int ms) {
  return base::WallTime(base::Milliseconds(1'700'000'000'000 + ms));
}

/// One record of every kind, every field set.
std::vector<engine::Record> every_record() {
  engine::OperationStarted started;
  started.operation = {"failover-2"};
  started.kind = engine::OperationKind::failover;
  started.from = {"us-east-2"};
  started.to = {"us-west-1"};
  started.trigger = engine::Trigger::armed;
  started.method = engine::FenceMethod::direct;
  started.accept_loss = started.accept_split_brain_risk = true;
  started.predicted_loss = base::Milliseconds(12);
  started.plan.active_region = {"us-east-2"};
  started.plan.regions = {{"us-east-2"}, {"us-west-1"}};
  started.plan.steps = {{{{"us-east-2"}, "db-2"},
                         model::AssetKind::database_node,
                         plan::Action::ensure,
                         "absent",
                         {{{"us-east-2"}, "db-1"}}}};
  started.supersedes = {"switchover-1"};
  started.sentence = "Failing over: \"quoted\", Zürich.";
  started.at = at(1);
  const engine::FenceCertificate certificate{
      {"us-east-2"}, engine::FenceMethod::power, {4}, {"none is left"}, base::Lsn{0x3000148}};
  engine::ClientView view;
  view.clients_present = true;
  view.acknowledged_writes = 7;
  view.longest_request_ms = 83;
  view.first_failure = at(9);
  engine::FailoverOptions options;
  options.method = engine::FenceMethod::power;
  options.readiness = {false, {"drift"}, base::Milliseconds(3)};
  const base::OperationId operation{"failover-2"};
  const engine::EffectId effect{"failover-2/fence"};
  return {
      started,
      engine::EpochPromised{operation, {5}, at(2)},
      engine::PhaseEntered{operation, engine::Phase::fencing, "Fencing.", at(3)},
      engine::EffectSucceeded{operation, effect, certificate, at(4)},
      engine::EffectSucceeded{operation, effect, engine::Done{}, at(4)},
      engine::EffectSucceeded{operation, effect, engine::Position{{9}}, at(4)},
      engine::EffectSucceeded{operation, effect, engine::Promotion{"db-1", 3, {10}}, at(4)},
      engine::EffectSucceeded{operation, effect, engine::ServiceConfirmation{"us-west-1", 4}, at(4)},
      engine::EffectSucceeded{operation, effect,
                              engine::Reprotection{engine::ReprotectMethod::rewound, 1, 2, 3, "ledger.json"}, at(4)},
      engine::EffectSucceeded{operation, effect, view, at(4)},
      engine::EffectFailed{operation, effect, {ErrorCode::region_unreachable, "gone", "look"}, true, "Failed.", at(5)},
      engine::ReignBegan{operation, {"us-west-1"}, {5}, at(6)},
      engine::StandbyChanged{operation, {"us-east-2"}, true, at(7)},
      engine::OperationEnded{operation, engine::Verdict::refused,
                             base::Error{ErrorCode::no_fence_certificate, "no", "help"}, "Ended.", at(8)},
      engine::RegionLost{{"us-east-2"}, at(0), "Lost.", at(1)},
      engine::RegionBack{{"us-east-2"}, "Back.", at(9)},
      engine::SynchronyChanged{{"us-east-2"}, true, "Synchronous.", at(9)},
      engine::Armed{options, "Armed.", at(10)},
      engine::Disarmed{"Disarmed.", at(11)},
      engine::EffectSucceeded{
          {"failover-7"}, {"failover-7/promise"}, engine::LeasePromise{base::Milliseconds(8125)}, at(12)},
      engine::AbortAsked{{"failover-7"}, "An operator asked to abort failover-7.", at(13)},
      engine::AutomaticRefused{{"us-east-2"}, "us-east-2 is lost and no failover goes by itself.", at(14)},
      engine::Adopted{{"us-west-1"}, {4}, {5}, true, "The journal was empty.", at(15)},
      engine::TermTaken{7, "4711", true, "", at(16)}};
}

std::vector<std::string> texts(const std::vector<engine::Record>& records) {
  std::vector<std::string> texts;
  for (const auto& record : records) texts.push_back(to_json(record).dump());
  return texts;
}

base::Result<Journal> open_on(MemoryDisk& disk) {
  return Journal::open(std::make_unique<MemoryFile>(disk));
}

/// A disk with all records, and where each frame ends.
std::pair<MemoryDisk, std::vector<std::size_t>> written_disk() {
  MemoryDisk disk;
  auto journal = open_on(disk);
  std::vector<std::size_t> ends{disk.written.size()};
  for (const auto& record : every_record()) {
    EXPECT_TRUE(journal->append(std::span(&record, 1)));
    ends.push_back(disk.written.size());
  }
  return {disk, ends};
}

TEST(RecordJson, EveryRecordComesBackAsItWas) {
  for (const auto& record : every_record()) {
    const auto json = to_json(record);
    const auto back = record_from_json(json);
    ASSERT_TRUE(back.has_value()) << back.error().message << json.dump(1);
    EXPECT_EQ(back->index(), record.index());
    EXPECT_EQ(to_json(*back), json);
  }
}

TEST(RecordJson, UnknownFieldsAreIgnoredAndMissingOnesAreNot) {
  auto json = to_json(every_record()[1]);
  json["from_the_future"] = 1;
  EXPECT_TRUE(record_from_json(json).has_value());
  json.erase("epoch");
  EXPECT_EQ(record_from_json(json).error().code, ErrorCode::journal_corrupt);
  json["type"] = "unheard_of";
  EXPECT_EQ(record_from_json(json).error().code, ErrorCode::journal_corrupt);
}

TEST(Journal, ReadsBackWhatWasAppendedAndGoesOn) {
  auto [disk, ends] = written_disk();
  auto journal = open_on(disk);
  ASSERT_TRUE(journal.has_value());
  EXPECT_EQ(texts(journal->records()), texts(every_record()));
  EXPECT_EQ(journal->torn_bytes(), 0u);
  const auto more = every_record();
  ASSERT_TRUE(journal->append(more));
  EXPECT_EQ(open_on(disk)->records().size(), 2 * more.size());
}

TEST(Journal, CutAtEveryByteKeepsEveryWholeRecord) {
  const auto [whole, ends] = written_disk();
  const auto all = texts(every_record());
  for (std::size_t cut = 0; cut <= whole.written.size(); ++cut) {
    MemoryDisk disk{.written = whole.written.substr(0, cut)};
    auto journal = open_on(disk);
    ASSERT_TRUE(journal.has_value()) << "cut at " << cut << ": " << journal.error().message;
    const auto kept = static_cast<std::size_t>(std::ranges::count_if(ends, [cut](auto end) { return end <= cut; }));
    ASSERT_EQ(journal->records().size(), kept == 0 ? 0 : kept - 1) << "cut at " << cut;
    const auto record = every_record().back();
    ASSERT_TRUE(journal->append(std::span(&record, 1)));
    ASSERT_EQ(open_on(disk)->records().size(), (kept == 0 ? 0 : kept - 1) + 1) << "appended after the cut at " << cut;
  }
}

TEST(Journal, EveryFlippedByteIsFoundAndNothingIsLostSilently) {
  const auto [whole, ends] = written_disk();
  for (std::size_t place = 0; place < whole.written.size(); ++place) {
    MemoryDisk disk = whole;
    disk.written[place] = static_cast<char>(disk.written[place] ^ 0x20);
    const auto before = disk.written;
    auto journal = open_on(disk);
    ASSERT_FALSE(journal.has_value()) << "flipped byte " << place;
    EXPECT_EQ(journal.error().code, ErrorCode::journal_corrupt);
    EXPECT_EQ(disk.written, before) << "a damaged file is left as it is";
  }
}

TEST(Journal, ZerosAtTheEndAreATornTail) {
  auto [disk, ends] = written_disk();
  disk.written.resize(ends[5] + 9);
  disk.written.append(4096, '\0');
  auto journal = open_on(disk);
  ASSERT_TRUE(journal.has_value());
  EXPECT_EQ(journal->records().size(), 5u);
  EXPECT_EQ(disk.written.size(), ends[5]);
  EXPECT_EQ(journal->torn_bytes(), 4096u + 9u);
}

TEST(Journal, DamageNamesTheFileAndTheOffset) {
  auto [disk, ends] = written_disk();
  disk.written[ends[2] + header_bytes + 3] ^= 1;
  const auto journal = open_on(disk);
  ASSERT_FALSE(journal.has_value());
  EXPECT_EQ(journal.error().message,
            "journal in memory is damaged at byte " + std::to_string(ends[2]) + ": the payload's checksum is wrong");
  EXPECT_NE(journal.error().help.find("docs/journal-format.md"), std::string::npos);
}

TEST(Journal, ARecordThatIsMissingInTheMiddleIsDamage) {
  auto [disk, ends] = written_disk();
  disk.written.erase(ends[2], ends[3] - ends[2]);
  EXPECT_EQ(open_on(disk).error().code, ErrorCode::journal_corrupt);
}

TEST(Journal, WhatWasNotSyncedIsGoneAfterACrash) {
  MemoryDisk disk;
  auto journal = open_on(disk);
  const auto record = every_record().front();
  ASSERT_TRUE(journal->append(std::span(&record, 1)));
  disk.written += make_frame(2, "{}");
  disk.crash(5);
  EXPECT_EQ(open_on(disk)->records().size(), 1u);
}

TEST(Journal, AFullDiskIsAnError) {
  MemoryDisk disk;
  auto journal = open_on(disk);
  disk.full = true;
  EXPECT_EQ(journal->append(every_record()).error().code, ErrorCode::disk_full);
}

TEST(LogFile, HasOneOwnerAndKeepsItsBytes) {
  auto folder = (std::filesystem::temp_directory_path() / "lifeboat-journal-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto path = std::filesystem::path(folder) / "journal";
  {
    auto file = open_log_file(path);
    ASSERT_TRUE(file.has_value());
    EXPECT_EQ(open_log_file(path).error().code, ErrorCode::journal_locked);
    auto journal = Journal::open(std::move(*file));
    ASSERT_TRUE(journal->append(every_record()));
  }
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(Journal::open(std::move(*open_log_file(path)))->records().size(), every_record().size());
  EXPECT_EQ(open_log_file(std::filesystem::path(folder) / "none" / "journal").error().code, ErrorCode::io_failed);
  std::filesystem::remove_all(folder);
}

TEST(Crc32c, IsTheCastagnoliOne) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
}

}  // namespace
}  // namespace lifeboat::journal
