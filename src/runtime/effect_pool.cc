#include "runtime/effect_pool.h"

#include <utility>

namespace lifeboat::runtime {

EffectPool::~EffectPool() {
  stop();
}

void EffectPool::run(std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return;
  jobs_.push_back(std::move(job));
  if (static_cast<std::size_t>(idle_) < jobs_.size() && threads_.size() < static_cast<std::size_t>(limit_)) {
    threads_.emplace_back([this] { work(); });
  }
  wake_.notify_one();
}

void EffectPool::stop() {
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    jobs_.clear();
    threads.swap(threads_);
    wake_.notify_all();
  }
  for (auto& thread : threads) thread.join();
}

void EffectPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (stopping_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace lifeboat::runtime
