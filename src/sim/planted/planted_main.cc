#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "planted_names.h"
#include "planted_switch.h"
#include "sim/campaign.h"

// Runs planted bugs until they are caught, and prints the table of docs/simulator.md. Fails when one survives.

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

struct Options {
  std::uint64_t first = 1;
  std::uint64_t jobs = 1;
  std::optional<std::uint64_t> bug;
  bool sample = false;
};

void usage() {
  std::fputs(
      "planted-bugs [--first SEED] [--jobs J] [--bug N]\n"
      "             the whole table, or one row: each bug in 500 seeds, and up to 20,000 until one catches it\n"
      "planted-bugs --sample [--first SEED] [--jobs J]\n"
      "             only the bugs that bugs.txt calls quick, each until the first seed that catches it\n",
      stderr);
}

bool read_number(std::string_view text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Options> parse(std::span<char*> words) {
  Options options;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string_view name = words[at];
    if (name == "--sample") {
      options.sample = true;
      continue;
    }
    std::uint64_t number = 0;
    if (++at == words.size() || !read_number(words[at], number)) return std::nullopt;
    if (name == "--first") {
      options.first = number;
    } else if (name == "--jobs" && number > 0) {
      options.jobs = number;
    } else if (name == "--bug" && number < planted::names.size()) {
      options.bug = number;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

sim::Campaign run(const Options& given, int bug, std::uint64_t first, std::uint64_t seeds, std::uint64_t enough) {
  sim::CampaignOptions options;
  options.first = first;
  options.seeds = seeds;
  options.jobs = static_cast<int>(given.jobs);
  options.enough_failures = enough;
  options.prepare = [bug] { planted::switch_on(bug); };
  // An assertion that fires says so by itself; thousands of them say nothing more.
  options.quiet = true;
  return sim::run_campaign(options);
}

std::string checkers_of(const sim::Campaign& campaign) {
  std::map<std::string, int> caught_by;
  for (const auto& failure : campaign.failures) ++caught_by[failure.checker];
  std::string by;
  for (const auto& [checker, times] : caught_by) by += fmt::format("{}{} ({})", by.empty() ? "" : ", ", checker, times);
  return by.empty() ? "**nobody**" : by;
}

/// After how many seeds the first failure came.
std::string first_of(const sim::Campaign& campaign, std::uint64_t first) {
  std::optional<std::uint64_t> seed;
  for (const auto& failure : campaign.failures) seed = std::min(seed.value_or(failure.seed), failure.seed);
  return seed ? fmt::format("{}", *seed - first + 1) : "–";
}

/// True when it was caught; prints its row.
bool hunt(const Options& options, std::size_t index) {
  const int bug = static_cast<int>(index);
  auto campaign = run(options, bug, options.first, at_first, options.sample ? 1 : 0);
  std::uint64_t seeds = campaign.seeds;
  if (campaign.failures.empty()) {
    campaign = run(options, bug, options.first + at_first, at_most - at_first, 1);
    seeds += campaign.seeds;
  }
  fmt::print("| {} | {} | {} of {} | {} |\n", planted::names.at(index), first_of(campaign, options.first),
             campaign.failures.size(), seeds, checkers_of(campaign));
  std::fflush(stdout);
  return !campaign.failures.empty();
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = parse({argv, static_cast<std::size_t>(argc)});
  if (!options) {
    usage();
    return 2;
  }
  fmt::print("| planted bug | first caught after seeds | seeds that catch it | by the checker |\n|---|---|---|---|\n");
  int survivors = 0;
  for (std::size_t bug = 0; bug < planted::names.size(); ++bug) {
    const bool chosen = options->bug ? *options->bug == bug : !options->sample || planted::quick.at(bug);
    if (chosen) survivors += hunt(*options, bug) ? 0 : 1;
  }
  // Without any bug the same build has to pass, or the table says nothing.
  const auto clean = run(*options, -1, options->first, at_first, 0);
  fmt::print("| (none) | – | {} of {} | |\n", clean.failures.size(), clean.seeds);
  return survivors == 0 && clean.failures.empty() ? 0 : 1;
}
