#include "system/waiting.h"

namespace lifeboat::system {

bool StoppablePause::wait(base::Milliseconds duration) {
  std::unique_lock lock(mutex_);
  never_.wait_for(lock, stop_, duration, [] { return false; });
  return !stop_.stop_requested();
}

SystemChance::SystemChance() : generator_(std::random_device{}()) {}

double SystemChance::fraction() {
  const std::lock_guard lock(mutex_);
  return std::uniform_real_distribution<double>(0, 1)(generator_);
}

}  // namespace lifeboat::system
