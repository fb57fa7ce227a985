#include "journal/journal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "journal/frame.h"
#include "journal/memory_folder.h"
#include "journal/open_folder.h"
#include "journal/record_json.h"
#include "journal/sample_records.h"
#include "journal/survey.h"

namespace lifeboat::journal {
namespace {

using base::ErrorCode;

std::vector<std::string> texts(const std::vector<engine::Record>& records) {
  std::vector<std::string> texts;
  for (const auto& record : records) texts.push_back(to_json(record).dump());
  return texts;
}

base::Result<Journal> open_on(MemoryDisk& disk) {
  return Journal::open(std::make_unique<MemoryFolder>(disk));
}

/// A file with all records, and where each frame ends.
std::pair<std::string, std::vector<std::size_t>> written_file() {
  MemoryDisk disk;
  auto journal = open_on(disk);
  std::vector<std::size_t> ends{disk.file().written.size()};
  for (const auto& record : every_record()) {
    EXPECT_TRUE(journal->append(std::span(&record, 1)));
    ends.push_back(disk.file().written.size());
  }
  return {disk.file().written, ends};
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
  const auto [whole, ends] = written_file();
  MemoryDisk disk(whole);
  auto journal = open_on(disk);
  ASSERT_TRUE(journal.has_value());
  EXPECT_EQ(texts(journal->records()), texts(every_record()));
  EXPECT_EQ(journal->torn_bytes(), 0u);
  const auto more = every_record();
  ASSERT_TRUE(journal->append(more));
  EXPECT_EQ(open_on(disk)->records().size(), 2 * more.size());
}

TEST(Journal, CutAtEveryByteKeepsEveryWholeRecord) {
  const auto [whole, ends] = written_file();
  const auto all = texts(every_record());
  for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
    MemoryDisk disk(whole.substr(0, cut));
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
  const auto [whole, ends] = written_file();
  for (std::size_t place = 0; place < whole.size(); ++place) {
    MemoryDisk disk(whole);
    disk.file().written[place] = static_cast<char>(disk.file().written[place] ^ 0x20);
    const auto before = disk.file().written;
    auto journal = open_on(disk);
    ASSERT_FALSE(journal.has_value()) << "flipped byte " << place;
    EXPECT_EQ(journal.error().code, ErrorCode::journal_corrupt);
    EXPECT_EQ(disk.file().written, before) << "a damaged file is left as it is";
  }
}

TEST(Journal, ZerosAtTheEndAreATornTail) {
  const auto [whole, ends] = written_file();
  MemoryDisk disk(whole);
  disk.file().written.resize(ends[5] + 9);
  disk.file().written.append(4096, '\0');
  auto journal = open_on(disk);
  ASSERT_TRUE(journal.has_value());
  EXPECT_EQ(journal->records().size(), 5u);
  EXPECT_EQ(disk.file().written.size(), ends[5]);
  EXPECT_EQ(journal->torn_bytes(), 4096u + 9u);
}

TEST(Journal, DamageNamesTheFileAndTheOffset) {
  const auto [whole, ends] = written_file();
  MemoryDisk disk(whole);
  disk.file().written[ends[2] + header_bytes + 3] ^= 1;
  const auto journal = open_on(disk);
  ASSERT_FALSE(journal.has_value());
  EXPECT_EQ(journal.error().message,
            "journal.lbj is damaged at byte " + std::to_string(ends[2]) + ": the payload's checksum is wrong");
  EXPECT_NE(journal.error().help.find("'lifeboat journal repair'"), std::string::npos);
}

TEST(Journal, ARecordThatIsMissingInTheMiddleIsDamage) {
  const auto [whole, ends] = written_file();
  MemoryDisk disk(whole);
  disk.file().written.erase(ends[2], ends[3] - ends[2]);
  EXPECT_EQ(open_on(disk).error().code, ErrorCode::journal_corrupt);
}

TEST(Survey, FindsTheRecordsBehindADamagedLength) {
  const auto [whole, ends] = written_file();
  MemoryDisk disk(whole);
  disk.file().written[ends[4] + 1] = '\x7f';
  MemoryFolder folder(disk);
  const auto found = survey(*read_parts(folder));
  ASSERT_EQ(found->gaps.size(), 1u);
  EXPECT_EQ(found->gaps.front().why, "the header's checksum is wrong");
  EXPECT_EQ(found->gaps.front().next_record, 6u);
  EXPECT_EQ(found->records.size(), every_record().size() - 1);
}

TEST(Journal, WhatWasNotSyncedIsGoneAfterACrash) {
  MemoryDisk disk;
  auto journal = open_on(disk);
  const auto record = every_record().front();
  ASSERT_TRUE(journal->append(std::span(&record, 1)));
  disk.file().written += make_frame(2, "{}");
  disk.crash(5);
  EXPECT_EQ(open_on(disk)->records().size(), 1u);
}

TEST(Journal, WhatADeadProcessDidNotSyncIsOnTheDiskBeforeItCounts) {
  MemoryDisk disk;
  {
    auto journal = open_on(disk);
    // The process is ended between the write and the sync, which are the disk's next two changes.
    disk.cut_off = [changes = 0]() mutable { return ++changes > 1; };
    EXPECT_FALSE(journal->append(every_record()));
    disk.cut_off = nullptr;
  }
  EXPECT_EQ(open_on(disk)->records().size(), every_record().size());
  disk.crash();
  EXPECT_EQ(open_on(disk)->records().size(), every_record().size());
}

TEST(Journal, AFullDiskIsAnError) {
  MemoryDisk disk;
  auto journal = open_on(disk);
  disk.full = true;
  EXPECT_EQ(journal->append(every_record()).error().code, ErrorCode::disk_full);
}

TEST(LogFolder, HasOneOwnerAndKeepsItsBytes) {
  auto folder = (std::filesystem::temp_directory_path() / "lifeboat-journal-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const auto path = std::filesystem::path(folder) / "journal.lbj";
  {
    auto locked = open_log_folder(folder);
    ASSERT_TRUE(locked.has_value());
    EXPECT_EQ(open_log_folder(folder).error().code, ErrorCode::journal_locked);
    auto journal = Journal::open(std::move(*locked));
    ASSERT_TRUE(journal->append(every_record()));
    EXPECT_EQ(survey(*read_parts(**look_into_log_folder(folder)))->records.size(), every_record().size());
  }
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
  EXPECT_EQ(Journal::open(std::move(*open_log_folder(folder)))->records().size(), every_record().size());
  EXPECT_EQ(open_log_folder(std::filesystem::path(folder) / "none").error().code, ErrorCode::file_missing);
  std::filesystem::remove_all(folder);
}

TEST(Crc32c, IsTheCastagnoliOne) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
}

}  // namespace
}  // namespace lifeboat::journal
