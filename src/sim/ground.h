#pragma once

#include <array>
#include <functional>
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

/// Hears the story of a simulation while it happens. May be empty.
using Listener = std::function<void(const StoryEntry&)>;

/// What everything in a simulation stands on: time, chance, settings, and the books.
class Ground {
 public:
  Ground(std::uint64_t seed, Listener listener) : random(seed), listener_(std::move(listener)) {}

  Scheduler scheduler;
  Random random;
  Settings settings;
  /// How often what was seen: faults, operations, outcomes. A fault that never fires shows.
  std::map<std::string, std::uint64_t> seen;

  /// Called when an operation enters a phase; the faults listen. May be empty.
  std::function<void()> phase_entered;
  /// Called when a controller begins to lead; the operators listen. May be empty.
  std::function<void()> led;

  Time now() const { return scheduler.now(); }
  /// How long a piece of work takes this time.
  Time work(Time low, Time high) { return random.skewed(low, high) * settings.work_percent / 100; }

  /// `sentence` is a function, because nobody listens most of the time.
  template <class Sentence>
  void tell(Sentence&& sentence) {
    if (listener_) listener_({now(), sentence()});
  }

  /// The first violation ends the simulation.
  void violated(std::string checker, std::string message) {
    if (!violation_) violation_ = Violation{std::move(checker), std::move(message), now()};
  }
  const std::optional<Violation>& violation() const { return violation_; }

 private:
  Listener listener_;
  std::optional<Violation> violation_;
};

}  // namespace lifeboat::sim
