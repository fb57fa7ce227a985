#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include "planted_names.h"
#include "planted_switch.h"
#include "sim/campaign.h"

// Runs each planted bug until it is caught, and prints the table of docs/simulator.md. Fails when one survives.

namespace lifeboat::planted {
namespace {

int& chosen() {
  static int bug = -1;
  return bug;
}

}  // namespace

bool is_on(int bug) {
  return chosen() == bug;
}

void switch_on(int bug) {
  chosen() = bug;
}

}  // namespace lifeboat::planted

namespace {

using namespace lifeboat;

constexpr std::uint64_t at_first = 500;
constexpr std::uint64_t at_most = 20'000;

sim::Campaign run(int bug, std::uint64_t first, std::uint64_t seeds, std::uint64_t enough) {
  sim::CampaignOptions options;
  options.first = first;
  options.seeds = seeds;
  options.enough_failures = enough;
  options.prepare = [bug] { planted::switch_on(bug); };
  // An assertion that fires says so by itself; thousands of them say nothing more.
  options.quiet = true;
  return sim::run_campaign(options);
}

/// True when it was caught; prints its row.
bool hunt(int bug, std::uint64_t first) {
  auto campaign = run(bug, first, at_first, 0);
  std::uint64_t seeds = campaign.seeds;
  if (campaign.failures.empty()) {
    campaign = run(bug, first + at_first, at_most - at_first, 1);
    seeds += campaign.seeds;
  }
  std::map<std::string, int> caught_by;
  for (const auto& failure : campaign.failures) ++caught_by[failure.checker];
  std::string by;
  for (const auto& [checker, times] : caught_by) by += fmt::format("{}{} ({})", by.empty() ? "" : ", ", checker, times);
  fmt::print("| {} | {} of {} | {} |\n", planted::names.at(static_cast<std::size_t>(bug)), campaign.failures.size(),
             seeds, by.empty() ? "**nobody**" : by);
  std::fflush(stdout);
  return !campaign.failures.empty();
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t first = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const int only = argc > 2 ? std::atoi(argv[2]) : -1;
  fmt::print("| planted bug | caught in seeds | by |\n|---|---|---|\n");
  int survivors = 0;
  for (int bug = 0; bug < static_cast<int>(planted::names.size()); ++bug) {
    if (only < 0 || only == bug) survivors += hunt(bug, first) ? 0 : 1;
  }
  // Without any bug the same build has to pass, or the table says nothing.
  const auto clean = run(-1, first, at_first, 0);
  fmt::print("| (none) | {} of {} | |\n", clean.failures.size(), clean.seeds);
  return survivors == 0 && clean.failures.empty() ? 0 : 1;
}
