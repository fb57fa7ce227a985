#include "sim/scheduler.h"

#include <algorithm>
#include <utility>

namespace lifeboat::sim {

void Scheduler::at(Time when, std::function<void()> event) {
  if (free_slots_.empty()) {
    free_slots_.push_back(events_in_slots_.size());
    events_in_slots_.emplace_back();
  }
  const auto slot = free_slots_.back();
  free_slots_.pop_back();
  events_in_slots_[slot] = std::move(event);
  heap_.push_back({std::max(when, now_), planned_++, slot});
  std::push_heap(heap_.begin(), heap_.end(), Later{});
}

bool Scheduler::step(Time end) {
  if (heap_.empty() || heap_.front().when >= end) {
    now_ = std::max(now_, end);
    return false;
  }
  std::pop_heap(heap_.begin(), heap_.end(), Later{});
  const auto next = heap_.back();
  heap_.pop_back();
  // Out of its slot, because it may plan others.
  const auto event = std::exchange(events_in_slots_[next.slot], nullptr);
  free_slots_.push_back(next.slot);
  now_ = next.when;
  ++events_;
  digest_.mix(static_cast<std::uint64_t>(next.when));
  digest_.mix(next.sequence);
  event();
  return true;
}

}  // namespace lifeboat::sim
