#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "journal/frame.h"
#include "journal/journal.h"
#include "journal/memory_folder.h"
#include "journal/open_folder.h"
#include "journal/record_json.h"
#include "journal/survey.h"

namespace lifeboat::journal {
namespace {

using base::ErrorCode;

constexpr JournalOptions small_files{.largest_file_bytes = 400};

base::Result<Journal> open_small(MemoryDisk& disk) {
  return Journal::open(std::make_unique<MemoryFolder>(disk), small_files);
}

engine::Record numbered(std::uint64_t number) {
  return engine::EpochPromised{{"failover-1"}, {number}, {}};
}

/// The numbers of the records, which are 1, 2, 3 … where none is lost.
std::vector<std::uint64_t> numbers(const std::vector<engine::Record>& records) {
  std::vector<std::uint64_t> numbers;
  for (const auto& record : records) numbers.push_back(std::get<engine::EpochPromised>(record).epoch.value);
  return numbers;
}

std::vector<std::uint64_t> up_to(std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t number = 1; number <= last; ++number) numbers.push_back(number);
  return numbers;
}

base::Status append(Journal& journal, std::uint64_t number) {
  const auto record = numbered(number);
  return journal.append(std::span(&record, 1));
}

MemoryDisk rotated_disk(std::uint64_t records) {
  MemoryDisk disk;
  auto journal = open_small(disk);
  for (std::uint64_t number = 1; number <= records; ++number) EXPECT_TRUE(append(*journal, number));
  return disk;
}

TEST(Rotation, AFileThatIsFullIsClosedUnderItsFirstRecordAndTheNextGoesOn) {
  auto disk = rotated_disk(12);
  std::vector<std::string> names;
  for (const auto& [name, file] : disk.names) {
    names.push_back(name);
    EXPECT_LE(file->written.size(), small_files.largest_file_bytes);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"journal.lbj", "journal.lbj.000000000001", "journal.lbj.000000000005"}));
  EXPECT_EQ(first_sequence(disk.file("journal.lbj.000000000005").written), 5u);
  auto journal = open_small(disk);
  ASSERT_TRUE(journal.has_value()) << journal.error().message;
  EXPECT_EQ(numbers(journal->records()), up_to(12));
  EXPECT_EQ(journal->next_sequence(), 13u);
}

TEST(Rotation, AnAppendLargerThanAFileIsNotDivided) {
  MemoryDisk disk;
  auto journal = open_small(disk);
  std::vector<engine::Record> many;
  for (const auto number : up_to(20)) many.push_back(numbered(number));
  ASSERT_TRUE(journal->append(many));
  EXPECT_EQ(disk.names.size(), 1u);
  ASSERT_TRUE(append(*journal, 21));
  EXPECT_EQ(disk.names.size(), 2u);
  EXPECT_EQ(numbers(open_small(disk)->records()), up_to(21));
}

TEST(Rotation, APowerLossBetweenAnyTwoChangesLosesNothingThatWasAppended) {
  bool finished = false;
  for (int allowed = 0; !finished; ++allowed) {
    for (const std::size_t kept : {0u, 5u, 100000u}) {
      for (const bool keep_names : {false, true}) {
        MemoryDisk disk;
        int changes = 0;
        disk.cut_off = [&] { return ++changes > allowed; };
        std::uint64_t appended = 0;
        auto journal = open_small(disk);
        while (journal && appended < 10 && append(*journal, appended + 1)) ++appended;
        finished = appended == 10;
        disk.cut_off = nullptr;
        disk.crash(kept, keep_names);
        auto again = open_small(disk);
        ASSERT_TRUE(again.has_value()) << again.error().message << " after " << allowed << " changes";
        const auto found = numbers(again->records());
        ASSERT_GE(found.size(), appended) << "after " << allowed << " changes";
        ASSERT_LE(found.size(), appended + 1);
        ASSERT_EQ(found, up_to(found.size()));
        ASSERT_TRUE(append(*again, found.size() + 1));
        ASSERT_EQ(numbers(open_small(disk)->records()), up_to(found.size() + 1));
      }
    }
  }
}

TEST(Rotation, AFileThatIsMissingIsDamage) {
  for (const auto* name : {"journal.lbj", "journal.lbj.000000000001", "journal.lbj.000000000005"}) {
    auto disk = rotated_disk(12).copy();
    disk.names.erase(name);
    EXPECT_EQ(open_small(disk).error().code, ErrorCode::journal_corrupt) << name;
  }
  auto disk = rotated_disk(12).copy();
  disk.names.erase(current_name);
  EXPECT_EQ(open_small(disk).error().message, "journal.lbj is damaged at byte 0: the file is missing");
}

TEST(Rotation, OnlyTheCurrentFileMayBeTorn) {
  auto disk = rotated_disk(12);
  auto& closed = disk.file("journal.lbj.000000000005").written;
  closed.resize(closed.size() - 3);
  EXPECT_EQ(open_small(disk).error().code, ErrorCode::journal_corrupt);
}

TEST(Rotation, ZerosBehindDamageDoNotMakeItATornTail) {
  MemoryDisk disk;
  auto journal = Journal::open(std::make_unique<MemoryFolder>(disk));
  for (const auto number : up_to(3)) ASSERT_TRUE(append(*journal, number));
  auto& bytes = disk.file().written;
  bytes[magic.size() + header_bytes] ^= 1;
  bytes.append(64, '\0');
  EXPECT_EQ(open_small(disk).error().code, ErrorCode::journal_corrupt);
}

TEST(Rotation, OtherFilesInTheFolderAreNotTheJournals) {
  auto disk = rotated_disk(6);
  for (const auto* name : {"journal.lbj.damaged-20261003T101500Z", "journal.lbj.000000000001.damaged", "notes",
                           "journal.lbj.1", "journal.lbj.00000000000x", "journal.lbj.new"}) {
    disk.put(name, "x");
  }
  EXPECT_EQ(numbers(open_small(disk)->records()), up_to(6));
}

TEST(Version, ANewerOneIsRefusedWithWhatIsKnownAndLeftAsItIs) {
  MemoryDisk disk("lifeboat journal 12\n\x01 and what only that version knows");
  const auto before = disk.file().written;
  const auto opened = open_small(disk);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::journal_version);
  EXPECT_EQ(opened.error().message,
            "journal.lbj is of version 12 of the journal's format; this program reads version 1");
  EXPECT_EQ(disk.file().written, before);
}

TEST(Version, AnIntactRecordOfAnUnknownTypeIsNotDamage) {
  MemoryDisk disk(std::string(magic) + make_frame(1, R"({"type":"of_tomorrow","at_ms":1})"));
  const auto opened = open_small(disk);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::journal_version);
  EXPECT_NE(opened.error().message.find("record 1 at byte 19 is intact"), std::string::npos) << opened.error().message;
  EXPECT_NE(opened.error().message.find("of_tomorrow"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::journal
