#include "sim/process.h"

#include <utility>

namespace lifeboat::sim {

void Process::start() {
  crash();
  up_ = true;
}

void Process::crash() {
  up_ = paused_ = false;
  ++generation_;
  waiting_.clear();
}

void Process::pause() {
  if (up_) paused_ = true;
}

void Process::resume() {
  if (!paused_) return;
  paused_ = false;
  // Each as an event of its own, so that the checkers look between them.
  for (auto& work : std::exchange(waiting_, {})) after(0, std::move(work));
}

}  // namespace lifeboat::sim
