#include "engine/table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/step.h"

namespace lifeboat::engine {
namespace {

using Place = std::pair<OperationKind, Phase>;

constexpr std::array kinds{OperationKind::up, OperationKind::failover, OperationKind::switchover,
                           OperationKind::reprotect, OperationKind::drill};

Phase first_phase_of(OperationKind kind) {
  Operation operation;
  operation.started.kind = kind;
  return first_phase(operation);
}

std::set<Place> reachable() {
  std::set<Place> found;
  for (const auto kind : kinds) found.insert({kind, first_phase_of(kind)});
  for (std::size_t before = 0; before != found.size();) {
    before = found.size();
    for (const auto& row : transition_table()) {
      if (found.contains({row.kind, row.from})) found.insert({row.kind, row.to});
    }
  }
  return found;
}

TEST(Table, EveryPhaseIsReachableAndEveryReachableOneIsThere) {
  const auto found = reachable();
  std::set<Place> rows;
  for (const auto& row : phase_table()) {
    EXPECT_TRUE(rows.insert({row.kind, row.phase}).second) << "twice: " << to_string(row.phase);
    EXPECT_TRUE(found.contains({row.kind, row.phase})) << to_string(row.kind) << " " << to_string(row.phase);
  }
  for (const auto& place : found) {
    EXPECT_TRUE(place.second == Phase::ended || rows.contains(place)) << to_string(place.second);
  }
}

TEST(Table, EveryPhaseIsLeftWhateverHappens) {
  for (const auto& phase : phase_table()) {
    Operation operation;
    operation.started.kind = phase.kind;
    operation.phase = phase.phase;
    EXPECT_NE(transition(operation, Event::done), nullptr) << to_string(phase.phase);
    // A phase that counts its attempts needs a way out when they are used up; the others never fail.
    EXPECT_EQ(transition(operation, Event::failed) != nullptr, phase.attempts > 0) << to_string(phase.phase);
  }
}

TEST(Table, EveryWayEnds) {
  for (const auto& row : transition_table()) {
    EXPECT_EQ(row.to == Phase::ended, row.verdict.has_value());
    EXPECT_EQ(row.to == Phase::ended, !row.sentence.empty());
  }
}

TEST(Table, NothingIsUndoneAfterAPromotion) {
  // From promoting on, no way leads to a phase that reopens the old writer.
  for (const auto kind : kinds) {
    std::set<Phase> after{Phase::promoting};
    for (std::size_t before = 0; before != after.size();) {
      before = after.size();
      for (const auto& row : transition_table()) {
        if (row.kind == kind && after.contains(row.from)) after.insert(row.to);
      }
    }
    EXPECT_FALSE(after.contains(Phase::reopening));
    EXPECT_FALSE(after.contains(Phase::unholding));
    EXPECT_FALSE(after.contains(Phase::fencing));
  }
}

TEST(Table, APromotionIsReachedThroughAFenceOnly) {
  for (const auto& row : transition_table()) {
    if (row.to != Phase::promoting) continue;
    EXPECT_TRUE(row.from == Phase::fencing || row.from == Phase::draining);
    EXPECT_TRUE(row.event == Event::done || row.guard == Guard::split_brain_accepted);
  }
}

TEST(Table, AFailoverDoesNotNeedTheLostRegion) {
  const auto state = initial_state({{"us-east-2"}, {"us-west-1"}, {}});
  EXPECT_EQ(regions_needed(state, OperationKind::failover), std::vector<base::RegionName>{{"us-west-1"}});
  EXPECT_EQ(regions_needed(state, OperationKind::switchover).size(), 2u);
}

// --- the page for people ---------------------------------------------------------------------------------------------

std::string diagram(OperationKind kind) {
  std::string text = fmt::format("```mermaid\nstateDiagram-v2\n  [*] --> {}\n", to_string(first_phase_of(kind)));
  for (const auto& row : transition_table()) {
    if (row.kind != kind) continue;
    const auto to = row.to == Phase::ended ? std::string(to_string(*row.verdict)) : std::string(to_string(row.to));
    const auto guard = row.guard == Guard::always ? "" : fmt::format(", {}", to_string(row.guard));
    text += fmt::format("  {} --> {}: {}{}\n", to_string(row.from), to, to_string(row.event), guard);
  }
  return text + "```\n";
}

std::string phases_of(OperationKind kind) {
  std::string text =
      "| phase | a step is tried | a failover may take over | what the operator reads |\n|---|---|---|---|\n";
  for (const auto& row : phase_table()) {
    if (row.kind != kind) continue;
    const auto tries = row.attempts == 0 ? std::string("until it succeeds") : fmt::format("{}×", row.attempts);
    text += fmt::format("| {} | {} | {} | {} |\n", to_string(row.phase), tries, row.supersedable ? "yes" : "no",
                        row.sentence);
  }
  text += "\n| ends from | when | verdict | what the operator reads |\n|---|---|---|---|\n";
  for (const auto& row : transition_table()) {
    if (row.kind != kind || row.to != Phase::ended) continue;
    text += fmt::format("| {} | {} | {} | {} |\n", to_string(row.from), to_string(row.event), to_string(*row.verdict),
                        row.sentence);
  }
  return text;
}

std::string page() {
  std::string text =
      "# The states of every operation\n\n"
      "Generated from the transition table (`src/engine/table.cc`) by `LIFEBOAT_REWRITE=1 engine_test`; do not edit "
      "it.\n"
      "A failback is a switchover to the home region.\n";
  for (const auto kind : kinds)
    text += fmt::format("\n## {}\n\n{}\n{}", to_string(kind), diagram(kind), phases_of(kind));
  return text;
}

TEST(Table, ThePageForPeopleIsThisTable) {
  const std::string path = std::string(LIFEBOAT_SOURCE_DIR) + "/docs/failover-states.md";
  if (std::getenv("LIFEBOAT_REWRITE") != nullptr) std::ofstream(path) << page();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), page()) << "run LIFEBOAT_REWRITE=1 engine_test";
}

}  // namespace
}  // namespace lifeboat::engine
