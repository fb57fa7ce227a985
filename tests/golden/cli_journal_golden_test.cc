// What `lifeboat journal` prints about a journal that is sound, torn, damaged and repaired.

#include <gtest/gtest.h>

#include "cli/journal_text.h"
#include "golden.h"
#include "journal/journal.h"
#include "journal/memory_folder.h"

namespace lifeboat::cli {
namespace {

constexpr Terminal screen{.interactive = false, .color = false, .width = 100};
constexpr base::WallTime noon{base::Milliseconds{1'795'348'800'000}};  // 2026-11-22T12:00:00Z

base::WallTime after(int ms) {
  return noon + base::Milliseconds(ms);
}

/// Up in us-east-2, and a failover that has just promised epoch 2.
std::vector<engine::Record> records() {
  const base::RegionName east{"us-east-2"};
  const base::OperationId up{"up-1"};
  engine::OperationStarted began;
  began.operation = up;
  began.from = began.to = east;
  began.at = after(0);
  engine::OperationStarted failover = began;
  failover.operation = {"failover-2"};
  failover.kind = engine::OperationKind::failover;
  failover.to = {"us-west-1"};
  failover.at = after(9000);
  return {began,
          engine::EpochPromised{up, {1}, after(1)},
          engine::ReignBegan{up, east, {1}, after(2)},
          engine::PhaseEntered{up, engine::Phase::building, "", after(3)},
          engine::StandbyChanged{up, {"us-west-1"}, true, after(6000)},
          engine::OperationEnded{up, engine::Verdict::done, std::nullopt, "", after(6312)},
          failover,
          engine::EpochPromised{failover.operation, {2}, after(9001)},
          engine::PhaseEntered{failover.operation, engine::Phase::fencing, "", after(9002)}};
}

engine::Setup setup() {
  engine::Setup setup;
  setup.home = {"us-east-2"};
  setup.standby = {"us-west-1"};
  return setup;
}

journal::Survey surveyed(std::string bytes) {
  journal::MemoryDisk disk(std::move(bytes));
  journal::MemoryFolder folder(disk);
  return *journal::survey(*journal::read_parts(folder));
}

JournalFacts facts(std::string bytes) {
  auto survey = surveyed(std::move(bytes));
  auto state = journal::state_after(setup(), survey.records);
  return {"shop", std::move(survey), std::move(state)};
}

/// How many bytes the first records take.
std::size_t size_of(std::size_t count) {
  const auto all = records();
  return journal::file_of(1, std::span(all).first(count)).size();
}

/// Damage in record 5, and a tail that is torn.
std::string damaged() {
  auto bytes = journal::file_of(1, records());
  bytes[size_of(4) + 30] ^= 1;
  return bytes.substr(0, bytes.size() - 3);
}

/// Damage in record 5, and nothing after it.
std::string cut() {
  return damaged().substr(0, size_of(5));
}

RepairFacts repaired(std::string bytes, bool dry_run) {
  RepairFacts facts{"shop", surveyed(std::move(bytes)), {}, {}, dry_run};
  const journal::RepairInput input{.setup = setup(),
                                   .reign = journal::KnownReign{{"us-west-1"}, {2}},
                                   .newest_epoch = base::Epoch{2},
                                   .now = after(60'000)};
  facts.plan = *journal::plan_repair(facts.survey, input);
  if (!dry_run && !facts.survey.gaps.empty()) facts.originals = {"journal.lbj.damaged-20261122T120100Z"};
  return facts;
}

TEST(CliGolden, JournalCheck) {
  const auto sound = journal::file_of(1, records());
  const auto torn = sound.substr(0, sound.size() - 3);
  expect_golden("journal-check.txt", journal_text(screen, facts(sound)) + "\n" + journal_text(screen, facts(torn)) +
                                         "\n" + journal_text(screen, facts(damaged())) + "\n" +
                                         journal_text(screen, facts(cut())) + "\n" + journal_text(screen, facts("")));
  expect_golden("journal-check.json", journal_document(facts(sound)) + journal_document(facts(damaged())) +
                                          journal_document(facts(cut())) + journal_document(facts("")));
}

TEST(CliGolden, JournalRepair) {
  auto between = journal::file_of(1, records());
  between.insert(size_of(4), "garbage");
  expect_golden("journal-repair.txt", repair_text(screen, repaired(damaged(), true)) + "\n" +
                                          repair_text(screen, repaired(damaged(), false)) + "\n" +
                                          repair_text(screen, repaired(cut(), false)) + "\n" +
                                          repair_text(screen, repaired(between, false)) + "\n" +
                                          repair_text(screen, repaired(journal::file_of(1, records()), false)));
  expect_golden("journal-repair.json", repair_document(repaired(damaged(), true)) +
                                           repair_document(repaired(cut(), false)) +
                                           repair_document(repaired(journal::file_of(1, records()), false)));
}

}  // namespace
}  // namespace lifeboat::cli
