#include "cli/interrupt.h"

namespace lifeboat::cli {
namespace {

// A signal handler can reach nothing but what lives for ever.
std::atomic<bool> interrupt_came{false};
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr std::array caught{SIGINT, SIGTERM, SIGHUP};

void on_signal(int) {
  interrupt_came.store(true);
}

}  // namespace

const std::atomic<bool>& interrupted() {
  return interrupt_came;
}

InterruptGuard::InterruptGuard() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (std::size_t i = 0; i < caught.size(); ++i) sigaction(caught[i], &action, &before_[i]);
}

InterruptGuard::~InterruptGuard() {
  for (std::size_t i = 0; i < caught.size(); ++i) sigaction(caught[i], &before_[i], nullptr);
}

}  // namespace lifeboat::cli
