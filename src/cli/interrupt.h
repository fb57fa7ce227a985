#pragma once

#include <signal.h>

#include <array>
#include <atomic>

namespace lifeboat::cli {

/// Set once Ctrl-C or a request to end has come, while an InterruptGuard lives. Only a signal handler writes it.
const std::atomic<bool>& interrupted();

/// While it lives, SIGINT, SIGTERM and SIGHUP set interrupted() instead of ending the process; afterwards they do what
/// they did before. Of one thread.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

 private:
  std::array<struct sigaction, 3> before_{};
};

}  // namespace lifeboat::cli
