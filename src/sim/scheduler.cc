#include "sim/scheduler.h"

#include <algorithm>
#include <utility>

namespace lifeboat::sim {

void Scheduler::at(Time when, std::function<void()> event) {
  heap_.push_back({std::max(when, now_), planned_++, std::move(event)});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

bool Scheduler::step(Time end) {
  if (heap_.empty() || heap_.front().when >= end) {
    now_ = std::max(now_, end);
    return false;
  }
  std::pop_heap(heap_.begin(), heap_.end(), later);
  auto next = std::move(heap_.back());
  heap_.pop_back();
  now_ = next.when;
  ++events_;
  digest_.mix(static_cast<std::uint64_t>(next.when));
  digest_.mix(next.sequence);
  next.event();
  return true;
}

}  // namespace lifeboat::sim
