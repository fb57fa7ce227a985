#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/run.h"

namespace lifeboat::sim {

struct Failure {
  std::uint64_t seed = 0;
  std::string checker;
  std::string message;
};

struct CampaignOptions {
  std::uint64_t first = 1;
  std::uint64_t seeds = 1000;
  int jobs = 1;
  /// Stop after so many failing seeds; 0: never.
  std::uint64_t enough_failures = 0;
  bool quiet = false;  ///< What assertions print on standard error is not shown.
  /// Called in each worker before its first seed; for the planted bugs. May be empty.
  std::function<void()> prepare;
  /// Called about once a second with the number of seeds that are through. May be empty.
  std::function<void(std::uint64_t)> progress;
  /// Called with each failing seed at once, because a long campaign says the rest at its end only. May be empty.
  std::function<void(const Failure&)> failed;
};

/// Many seeds.
struct Campaign {
  std::uint64_t seeds = 0;
  std::uint64_t events = 0;
  std::uint64_t simulated_ms = 0;
  std::map<std::string, std::uint64_t> seen;
  std::vector<Failure> failures;
};

/// The checker that a seed counts under which ended the program: an assertion of production code, or a crash.
inline constexpr const char* ended_the_program = "the production code's own assertion";

/// Runs the seeds in worker processes, so that one that ends its program is a failure like any other.
Campaign run_campaign(const CampaignOptions& options);

/// The story's last lines, from a run in a process of its own.
std::vector<StoryEntry> last_of_story(std::uint64_t seed, std::size_t lines);

}  // namespace lifeboat::sim
