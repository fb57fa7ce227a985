#pragma once

#include <condition_variable>
#include <mutex>
#include <random>
#include <stop_token>

#include "ports/chance.h"
#include "ports/pause.h"

namespace lifeboat::system {

/// Sleeps, until the time is over or a stop is asked for.
class StoppablePause : public ports::Pause {
 public:
  explicit StoppablePause(std::stop_token stop = {}) : stop_(std::move(stop)) {}
  bool wait(base::Milliseconds duration) override;

 private:
  std::stop_token stop_;
  std::mutex mutex_;
  std::condition_variable_any never_;
};

/// Seeded by the operating system.
class SystemChance : public ports::Chance {
 public:
  SystemChance();
  double fraction() override;

 private:
  std::mutex mutex_;
  std::mt19937_64 generator_;
};

}  // namespace lifeboat::system
