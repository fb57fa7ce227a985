#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "sim/scheduler.h"

namespace lifeboat::sim {

/// A process of the operating system: it runs, is stopped (SIGSTOP: nothing of it happens, what comes for it waits), or
/// is not there. What was planned by one that crashed never happens.
class Process {
 public:
  Process(Scheduler& scheduler, std::string name) : scheduler_(scheduler), name_(std::move(name)) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  const std::string& name() const { return name_; }
  bool up() const { return up_; }
  bool paused() const { return paused_; }
  bool runs() const { return up_ && !paused_; }
  /// Another number after each start.
  std::uint64_t generation() const { return generation_; }

  void start();
  void crash();
  void pause();
  void resume();

  /// Something that this process does a while from now, if it is still the same one then.
  template <class Work>
  void after(Time delay, Work&& work) {
    scheduler_.after(delay, [this, generation = generation_, work = std::forward<Work>(work)]() mutable {
      deliver(generation, std::move(work));
    });
  }
  /// Something that comes from outside now, for the process of that generation. False when that is gone.
  template <class Work>
  bool deliver(std::uint64_t generation, Work&& work) {
    if (!up_ || generation != generation_) return false;
    if (paused_) {
      waiting_.emplace_back(std::forward<Work>(work));
    } else {
      work();
    }
    return true;
  }

 private:
  Scheduler& scheduler_;
  std::string name_;
  bool up_ = false;
  bool paused_ = false;
  std::uint64_t generation_ = 0;
  std::vector<std::function<void()>> waiting_;  ///< For the end of the pause.
};

}  // namespace lifeboat::sim
