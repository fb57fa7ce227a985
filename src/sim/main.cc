#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <span>
#include <string>

#include "sim/campaign.h"

// lifeboat-sim: simulations by the seed.

namespace {

using namespace lifeboat::sim;

constexpr int failed = 1;
constexpr int usage_error = 2;

struct Options {
  CampaignOptions campaign;
  std::optional<std::uint64_t> seed;
  bool story = false;
  std::uint64_t replayed = 0;
};

void usage() {
  std::fputs(
      "lifeboat-sim --seeds N [--first SEED] [--jobs J] [--replay-sample K]\n"
      "             N seeds from SEED on (default 1), J at once; K of them twice, their digests compared\n"
      "lifeboat-sim --seed N [--story]\n"
      "             one seed; with everything that happens in it\n",
      stderr);
}

double seconds(Time time) {
  return static_cast<double>(time) / static_cast<double>(second);
}

void print(const StoryEntry& entry) {
  fmt::print("{:10.4f} s  {}\n", seconds(entry.at), entry.sentence);
  std::fflush(stdout);
}

std::optional<Options> parse(std::span<char*> words) {
  Options options;
  for (std::size_t at = 1; at < words.size(); ++at) {
    const std::string_view name = words[at];
    if (name == "--story") {
      options.story = true;
      continue;
    }
    if (++at == words.size()) return std::nullopt;
    const std::string_view value = words[at];
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    if (name == "--seeds") {
      options.campaign.seeds = number;
    } else if (name == "--first") {
      options.campaign.first = number;
    } else if (name == "--jobs" && number > 0) {
      options.campaign.jobs = static_cast<int>(number);
    } else if (name == "--replay-sample") {
      options.replayed = number;
    } else if (name == "--seed") {
      options.seed = number;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int run_one(const Options& options) {
  const auto outcome = run_seed(*options.seed, options.story ? Listener(print) : Listener());
  fmt::print("seed {}: {} events in {:.3f} simulated s, digest {:016x}\n", outcome.seed, outcome.events,
             seconds(outcome.simulated), outcome.digest);
  if (!outcome.violation) return 0;
  fmt::print("FAILED: {}: {}\n", outcome.violation->checker, outcome.violation->message);
  return failed;
}

void print(const Failure& failure) {
  constexpr std::size_t story_lines = 40;
  fmt::print("\nseed {} FAILED: {}: {}\nreplay it: lifeboat-sim --seed {} --story\nits last steps:\n", failure.seed,
             failure.checker, failure.message, failure.seed);
  for (const auto& entry : last_of_story(failure.seed, story_lines)) print(entry);
}

/// The same seed twice, a sample of them spread over all.
bool replay(const Options& options) {
  const auto sample = std::min(options.replayed, options.campaign.seeds);
  for (std::uint64_t index = 0; index < sample; ++index) {
    const auto seed = options.campaign.first + index * (options.campaign.seeds / sample);
    if (run_seed(seed).digest == run_seed(seed).digest) continue;
    fmt::print("seed {} FAILED: its digest differs from run to run\n", seed);
    return false;
  }
  if (sample > 0) fmt::print("{} seeds replayed: the digests are identical\n", sample);
  return true;
}

int run_many(Options& options) {
  constexpr std::size_t told_failures = 3;
  const auto began = std::chrono::steady_clock::now();
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  if (terminal) {
    options.campaign.progress = [&](std::uint64_t seeds) {
      fmt::print(stderr, "\r{} of {} seeds", seeds, options.campaign.seeds);
    };
  }
  options.campaign.failed = [](const Failure& failure) {
    fmt::print(stderr, "seed {} FAILED: {}\n", failure.seed, failure.checker);
  };
  const auto campaign = run_campaign(options.campaign);
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (terminal) fmt::print(stderr, "\r{:40}\r", "");
  for (const auto& [name, times] : campaign.seen) fmt::print("{:>12}  {}\n", times, name);
  fmt::print("{} seeds in {:.1f} s ({:.0f} a second, {} jobs), {:.1f} simulated hours, {} events: {} failed\n",
             campaign.seeds, took, static_cast<double>(campaign.seeds) / took, options.campaign.jobs,
             static_cast<double>(campaign.simulated_ms) / 3'600'000, campaign.events, campaign.failures.size());
  for (std::size_t index = 0; index < campaign.failures.size(); ++index) {
    const auto& failure = campaign.failures[index];
    if (index < told_failures) {
      print(failure);
    } else {
      fmt::print("seed {} FAILED: {}: {}\n", failure.seed, failure.checker, failure.message);
    }
  }
  const bool same = replay(options);
  return campaign.failures.empty() && same ? 0 : failed;
}

}  // namespace

int main(int argc, char** argv) {
  auto options = parse({argv, static_cast<std::size_t>(argc)});
  if (!options) {
    usage();
    return usage_error;
  }
  return options->seed ? run_one(*options) : run_many(*options);
}
