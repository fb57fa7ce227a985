#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/digest.h"
#include "sim/time.h"

namespace lifeboat::sim {

/// The one queue of everything that is going to happen, by time and then by the order in which it was planned.
class Scheduler {
 public:
  Time now() const { return now_; }
  void at(Time when, std::function<void()> event);
  void after(Time delay, std::function<void()> event) { at(now_ + delay, std::move(event)); }
  /// Lets the next event happen, if there is one before `end`; else time moves to `end` and the answer is false.
  bool step(Time end);

  Digest& digest() { return digest_; }
  std::uint64_t events() const { return events_; }

 private:
  /// Small, because the heap moves it about; the event itself stays in its slot.
  struct Planned {
    Time when;
    std::uint64_t sequence;
    std::size_t slot;
  };
  struct Later {
    bool operator()(const Planned& left, const Planned& right) const {
      return left.when != right.when ? left.when > right.when : left.sequence > right.sequence;
    }
  };

  Time now_ = 0;
  std::uint64_t planned_ = 0;
  std::uint64_t events_ = 0;
  std::vector<Planned> heap_;
  std::vector<std::function<void()>> events_in_slots_;
  std::vector<std::size_t> free_slots_;
  Digest digest_;
};

}  // namespace lifeboat::sim
