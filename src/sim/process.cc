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

void Process::after(Time delay, std::function<void()> work) {
  scheduler_.after(delay, [this, generation = generation_, work = std::move(work)]() mutable {
    deliver(generation, std::move(work));
  });
}

bool Process::deliver(std::uint64_t generation, std::function<void()> work) {
  if (!up_ || generation != generation_) return false;
  if (paused_) {
    waiting_.push_back(std::move(work));
  } else {
    work();
  }
  return true;
}

}  // namespace lifeboat::sim
