#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "sim/run.h"

int main(int argc, char** argv) {
  using namespace lifeboat::sim;
  std::uint64_t first = 1, count = 1;
  bool story = false;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--seed")) { first = std::strtoull(argv[++i], nullptr, 10); count = 1; }
    if (!std::strcmp(argv[i], "--first")) first = std::strtoull(argv[++i], nullptr, 10);
    if (!std::strcmp(argv[i], "--seeds")) count = std::strtoull(argv[++i], nullptr, 10);
    if (!std::strcmp(argv[i], "--story")) story = true;
  }
  std::map<std::string, std::uint64_t> seen;
  std::map<std::string, int> failures;
  std::uint64_t events = 0;
  Time simulated = 0;
  for (auto seed = first; seed < first + count; ++seed) {
    auto outcome = run_seed(seed, story);
    for (auto& [name, times] : outcome.seen) seen[name] += times;
    events += outcome.events;
    simulated += outcome.simulated;
    if (story) {
      for (auto& entry : outcome.story) fmt::print("{:9.3f}  {}\n", (double)entry.at / 1e9, entry.sentence);
    }
    if (count == 1) fmt::print("digest {:016x}\n", outcome.digest);
    if (outcome.violation) {
      fmt::print("seed {}: {}: {} (at {:.3f})\n", seed, outcome.violation->checker, outcome.violation->message, (double)outcome.violation->at / 1e9);
      ++failures[outcome.violation->checker];
      std::fflush(stdout);
    }
  }
  for (auto& [name, times] : seen) fmt::print("{:>10}  {}\n", times, name);
  for (auto& [name, times] : failures) fmt::print("{:>10}  FAILED {}\n", times, name);
  fmt::print("{} events, {} s simulated\n", events, simulated / second);
}
