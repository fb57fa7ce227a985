#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "sim/random.h"
#include "sim/scheduler.h"
#include "sim/settings.h"

namespace lifeboat::sim {

/// What a checker found.
struct Violation {
  std::string checker;
  std::string message;
  Time at = 0;
};

/// One sentence of what happened.
struct StoryEntry {
  Time at = 0;
  std::string sentence;
};

/// What everything in a simulation stands on: time, chance, settings, and the books.
class Ground {
 public:
  Ground(std::uint64_t seed, bool tells) : random(seed), tells_(tells) {}

  Scheduler scheduler;
  Random random;
  Settings settings;
  /// How often what was seen: faults, operations, outcomes. A fault that never fires shows.
  std::map<std::string, std::uint64_t> seen;

  Time now() const { return scheduler.now(); }
  /// How long a piece of work takes this time.
  Time work(Time low, Time high) { return random.skewed(low, high) * settings.work_percent / 100; }

  /// `sentence` is a function, because nobody listens most of the time.
  template <class Sentence>
  void tell(Sentence&& sentence) {
    if (!tells_) return;
    story_.push_back({now(), sentence()});
    if (story_.size() > story_limit) story_.pop_front();
  }
  const std::deque<StoryEntry>& story() const { return story_; }

  /// The first violation ends the simulation.
  void violated(std::string checker, std::string message) {
    if (!violation_) violation_ = Violation{std::move(checker), std::move(message), now()};
  }
  const std::optional<Violation>& violation() const { return violation_; }

 private:
  static constexpr std::size_t story_limit = 100'000;
  bool tells_;
  std::deque<StoryEntry> story_;
  std::optional<Violation> violation_;
};

}  // namespace lifeboat::sim
