#include "cli/interrupt.h"

#include <csignal>

namespace lifeboat::cli {
namespace {

// A signal handler can reach nothing but what lives for ever.
std::atomic<bool> interrupt_came{false};
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr int caught[] = {SIGINT, SIGTERM, SIGHUP};

void on_signal(int) {
  interrupt_came.store(true);
}

void install(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  for (const int signal : caught) sigaction(signal, &action, nullptr);
}

}  // namespace

const std::atomic<bool>& interrupted() {
  return interrupt_came;
}

InterruptGuard::InterruptGuard() {
  install(on_signal);
}

InterruptGuard::~InterruptGuard() {
  install(SIG_DFL);
}

}  // namespace lifeboat::cli
