#include "journal/repair.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "journal/frame.h"
#include "journal/journal.h"
#include "journal/memory_folder.h"
#include "journal/sample_records.h"

namespace lifeboat::journal {
namespace {

using base::ErrorCode;
using engine::OperationKind;
using Records = std::vector<engine::Record>;

const base::RegionName east{"us-east-2"};
const base::RegionName west{"us-west-1"};
constexpr base::WallTime noon{base::Milliseconds{1'795'348'800'000}};

engine::OperationStarted started(const char* id, OperationKind kind, const base::RegionName& from,
                                 const base::RegionName& to) {
  engine::OperationStarted started;
  started.operation = {id};
  started.kind = kind;
  started.from = from;
  started.to = to;
  return started;
}

/// Up in the east, a failover to the west, and the east made a replica again: epoch 2 reigns in the west.
Records story() {
  const base::OperationId up{"up-1"};
  const base::OperationId failover{"failover-2"};
  const base::OperationId reprotect{"reprotect-3"};
  return {started("up-1", OperationKind::up, east, east),
          engine::EpochPromised{up, {1}, {}},
          engine::ReignBegan{up, east, {1}, {}},
          engine::PhaseEntered{up, engine::Phase::building, "", {}},
          engine::StandbyChanged{up, west, true, {}},
          engine::OperationEnded{up, engine::Verdict::done, std::nullopt, "", {}},
          engine::Armed{{}, "Armed.", {}},
          started("failover-2", OperationKind::failover, east, west),
          engine::EpochPromised{failover, {2}, {}},
          engine::PhaseEntered{failover, engine::Phase::promoting, "", {}},
          engine::EffectSucceeded{failover, {"failover-2/promote"}, engine::Promotion{"db-1", 2, {}}, {}},
          engine::ReignBegan{failover, west, {2}, {}},
          engine::OperationEnded{failover, engine::Verdict::done, std::nullopt, "", {}},
          started("reprotect-3", OperationKind::reprotect, west, east),
          engine::PhaseEntered{reprotect, engine::Phase::reprotecting, "", {}},
          engine::StandbyChanged{reprotect, east, true, {}},
          engine::OperationEnded{reprotect, engine::Verdict::done, std::nullopt, "", {}},
          engine::Disarmed{"", {}}};
}

engine::Setup setup() {
  engine::Setup setup;
  setup.home = east;
  setup.standby = west;
  return setup;
}

RepairInput input(std::optional<KnownReign> reign = std::nullopt) {
  return {.setup = setup(), .reign = reign, .newest_epoch = reign ? reign->epoch : base::Epoch{}, .now = noon};
}

/// The story in a file, each of whose records is where `begins` says.
struct Written {
  std::string bytes;
  std::vector<std::size_t> begins;
};
Written written(const Records& records = story()) {
  Written written{file_of(1, records), {}};
  for (auto at = magic.size(); at < written.bytes.size();) {
    written.begins.push_back(at);
    at += header_bytes + read_frame(std::string_view(written.bytes).substr(at)).payload.size();
  }
  return written;
}

/// The story's file with that record's payload damaged; records are counted from 1, as they are on the screen.
std::string damaged(std::uint64_t first, std::uint64_t last) {
  auto file = written();
  for (auto record = first; record <= last; ++record) file.bytes[file.begins[record - 1] + header_bytes] ^= 1;
  return file.bytes;
}

base::Result<std::vector<std::string>> repair(MemoryDisk& disk, const RepairInput& input) {
  MemoryFolder folder(disk);
  auto parts = read_parts(folder);
  const auto found = survey(*parts);
  if (!found) return std::unexpected(found.error());
  const auto plan = plan_repair(*found, input);
  if (!plan) return std::unexpected(plan.error());
  return carry_out_repair(folder, std::move(*parts), *found, *plan, input.now);
}

engine::State state_on(MemoryDisk& disk) {
  const auto journal = Journal::open(std::make_unique<MemoryFolder>(disk));
  EXPECT_TRUE(journal.has_value()) << journal.error().message;
  return state_after(setup(), journal->records());
}

TEST(Survey, SaysWhereTheDamageIsAndWhatCanBeReadBeforeAndAfterIt) {
  MemoryDisk disk(damaged(5, 6));
  MemoryFolder folder(disk);
  const auto found = survey(*read_parts(folder));
  ASSERT_EQ(found->gaps.size(), 1u);
  const auto& gap = found->gaps.front();
  EXPECT_EQ(gap.offset, written().begins[4]);
  EXPECT_EQ(gap.why, "the payload's checksum is wrong");
  EXPECT_EQ(gap.first_record, 5u);
  EXPECT_EQ(gap.next_record, 7u);
  EXPECT_EQ(gap.readable_before, 4u);
  EXPECT_EQ(found->records.size(), story().size() - 2);
  EXPECT_EQ(found->next_record, story().size() + 1);
}

TEST(Repair, ASoundJournalStaysAsItIs) {
  auto torn = written().bytes;
  torn.resize(torn.size() - 3);
  MemoryDisk disk(torn);
  EXPECT_TRUE(repair(disk, input())->empty());
  EXPECT_EQ(disk.file().written, torn);
  EXPECT_EQ(disk.names.size(), 1u);
}

TEST(Repair, DamageBetweenRecordsLosesNothingAndAddsNothing) {
  auto file = written();
  file.bytes.insert(file.begins[3], "garbage");
  MemoryDisk disk(file.bytes);
  ASSERT_EQ(repair(disk, input())->size(), 1u);
  EXPECT_EQ(disk.file().written, written().bytes);
}

TEST(Repair, KeepsTheOriginalAndEveryReadableRecord) {
  const auto before = damaged(5, 5);
  MemoryDisk disk(before);
  const auto originals = repair(disk, input());
  ASSERT_TRUE(originals.has_value()) << originals.error().message;
  EXPECT_EQ(*originals, std::vector<std::string>{"journal.lbj.damaged-20261122T120000Z"});
  EXPECT_EQ(disk.file(originals->front()).written, before);
  const auto journal = Journal::open(std::make_unique<MemoryFolder>(disk));
  EXPECT_EQ(journal->records().size(), story().size() - 1 + 1);  // The sentence about the repair.
  EXPECT_TRUE(repair(disk, input())->empty()) << "a second repair finds nothing to do";
}

TEST(Repair, NeverForgetsAnEpochThatCanHaveBeenPromised) {
  MemoryDisk disk(damaged(9, 9));  // The promise of epoch 2; the reign that follows it is readable.
  ASSERT_TRUE(repair(disk, input()).has_value());
  const auto state = state_on(disk);
  EXPECT_EQ(state.epoch.value, 2u);
  EXPECT_EQ(state.promised_epoch.value, 4u);  // The lost record can have promised 3.
  EXPECT_EQ(state.active_region, west);
}

TEST(Repair, IsAboveWhatTheRegionsKnow) {
  MemoryDisk disk(damaged(17, 18));
  ASSERT_TRUE(repair(disk, input(KnownReign{west, {40}})).has_value());
  EXPECT_GT(state_on(disk).promised_epoch.value, 40u);
}

TEST(Repair, ALostReignIsTakenFromWhatFollows) {
  MemoryDisk disk(damaged(12, 13));
  ASSERT_TRUE(repair(disk, input(KnownReign{east, {1}})).has_value());
  const auto state = state_on(disk);
  EXPECT_EQ(state.active_region, west);
  EXPECT_GE(state.epoch.value, 2u);
  EXPECT_GT(state.promised_epoch, state.epoch);
}

TEST(Repair, WithoutKnowingWhoReignsItIsRefusedAndNothingChanges) {
  const auto before = damaged(12, 18);
  MemoryDisk disk(before);
  EXPECT_EQ(repair(disk, input()).error().code, ErrorCode::reign_unknown);
  EXPECT_EQ(disk.file().written, before);
  EXPECT_EQ(disk.names.size(), 1u);
}

TEST(Repair, ALostReignAtTheEndIsTakenFromTheRegions) {
  MemoryDisk disk(damaged(12, 18));
  ASSERT_TRUE(repair(disk, input(KnownReign{west, {2}})).has_value());
  const auto state = state_on(disk);
  EXPECT_EQ(state.active_region, west);
  EXPECT_FALSE(state.standby_is_replica);
  ASSERT_FALSE(state.operation);
  EXPECT_EQ(state.history.front().id().value, "failover-2");
  EXPECT_EQ(state.history.front().ended->verdict, engine::Verdict::failed);
  EXPECT_NE(state.history.front().ended->sentence.find("repair of the journal"), std::string::npos);
}

TEST(Repair, AnOperationThatBeganAfterTheLossGoesOn) {
  auto records = story();
  records.resize(records.size() - 2);  // reprotect-3 runs.
  auto file = written(records);
  file.bytes[file.begins[6] + header_bytes] ^= 1;
  MemoryDisk disk(file.bytes);
  ASSERT_TRUE(repair(disk, input()).has_value());
  ASSERT_TRUE(state_on(disk).operation);
  EXPECT_EQ(state_on(disk).operation->id().value, "reprotect-3");
}

TEST(Repair, AfterALossNothingIsArmedAndTheStandbyDoesNotCount) {
  MemoryDisk disk(damaged(6, 6));
  disk.file().written.resize(written().begins[7]);  // Armed, and the standby is a replica.
  ASSERT_TRUE(repair(disk, input(KnownReign{east, {1}})).has_value());
  const auto state = state_on(disk);
  EXPECT_FALSE(state.armed);
  EXPECT_FALSE(state.standby_is_replica);
}

/// The story with a file for every few records.
MemoryDisk in_files() {
  MemoryDisk disk;
  auto journal = Journal::open(std::make_unique<MemoryFolder>(disk), {.largest_file_bytes = 600});
  for (const auto& record : story()) EXPECT_TRUE(journal->append(std::span(&record, 1)));
  EXPECT_GE(disk.names.size(), 4u);
  return disk;
}

/// Repairs by the word of somebody who knows who reigns.
void expect_repaired(MemoryDisk& disk, const std::string& what) {
  const auto done = repair(disk, input(KnownReign{west, {2}}));
  ASSERT_TRUE(done.has_value()) << what << ": " << done.error().message;
  const auto state = state_on(disk);
  ASSERT_EQ(state.active_region, west) << what;
  ASSERT_GE(state.promised_epoch.value, 2u) << what;
  ASSERT_GE(state.promised_epoch, state.epoch) << what;
}

TEST(Repair, EveryFlippedByteLeavesAJournalThatOpensAndForgetsNoPromise) {
  for (const auto& [name, file] : in_files().names) {
    for (std::size_t place = 0; place < file->written.size() && !HasFailure(); ++place) {
      auto disk = in_files();
      disk.file(name).written[place] ^= 0x20;
      expect_repaired(disk, name + " byte " + std::to_string(place));
    }
  }
}

TEST(Repair, AClosedFileCutAtAnyByteLeavesAJournalThatOpensAndForgetsNoPromise) {
  for (const auto& [name, file] : in_files().names) {
    if (name == current_name) continue;  // Cut, it is a torn tail.
    for (std::size_t cut = 0; cut < file->written.size() && !HasFailure(); ++cut) {
      auto disk = in_files();
      disk.file(name).written.resize(cut);
      expect_repaired(disk, name + " cut at " + std::to_string(cut));
    }
  }
}

TEST(Repair, AMissingFileIsRepairedToo) {
  for (const auto& [name, file] : in_files().names) {
    auto disk = in_files();
    disk.names.erase(name);
    expect_repaired(disk, name + " is missing");
  }
}

TEST(Repair, APowerLossBetweenAnyTwoChangesLeavesTheOldJournalOrTheRepairedOne) {
  bool finished = false;
  for (int allowed = 0; !finished; ++allowed) {
    for (const bool keep_names : {false, true}) {
      auto disk = in_files().copy();
      disk.file("journal.lbj.000000000001").written[200] ^= 1;
      const auto before = disk.copy();
      int changes = 0;
      disk.cut_off = [&] { return ++changes > allowed; };
      finished = repair(disk, input(KnownReign{west, {2}})).has_value();
      disk.cut_off = nullptr;
      disk.crash(3, keep_names);
      MemoryFolder folder(disk);
      const auto found = survey(*read_parts(folder));
      const bool repaired = found->gaps.empty();
      ASSERT_TRUE(repaired || found->gaps.size() == 1u) << "after " << allowed << " changes";
      ASSERT_TRUE(repair(disk, input(KnownReign{west, {2}})).has_value());
      EXPECT_EQ(state_on(disk).active_region, west);
      for (const auto& [name, file] : before.names) {
        const bool kept = std::ranges::any_of(
            disk.names, [&bytes = file->written](const auto& other) { return other.second->written == bytes; });
        EXPECT_TRUE(kept) << name << " as it was is gone after " << allowed << " changes";
      }
    }
  }
}

TEST(Repair, WhatANewerProgramWroteIsNotCutAway) {
  const auto before = damaged(2, 2) + make_frame(story().size() + 1, R"({"type":"of_tomorrow","at_ms":1})");
  MemoryDisk disk(before);
  EXPECT_EQ(repair(disk, input(KnownReign{west, {2}})).error().code, ErrorCode::journal_version);
  EXPECT_EQ(disk.file().written, before);
}

}  // namespace
}  // namespace lifeboat::journal
