#include "providers/local/region_init.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <optional>
#include <thread>

#include "providers/local/address_claim.h"
#include "providers/local/scope_processes.h"
#include "system/files.h"
#include "system/process.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds restart_backoff_first{100};
constexpr Milliseconds restart_backoff_max{2000};

struct Child {
  std::vector<std::string> argv;
  pid_t pid = 0;
  SteadyClock::time_point started_at;
  SteadyClock::time_point start_at;
  Milliseconds backoff = restart_backoff_first;
};

/// The loop of the scope's process 1.
class RegionInit {
 public:
  RegionInit(const RegionInitOptions& options, system::Descriptor signals)
      : options_(options), signals_(std::move(signals)) {
    for (const auto& argv : options.children)
      children_.push_back({argv, 0, {}, SteadyClock::now(), restart_backoff_first});
  }

  void run() {
    while (!ending_) {
      start_due();
      wait();
      reap();
    }
    for (const auto& child : children_) {
      if (child.pid != 0) ::kill(child.pid, SIGTERM);
    }
    const auto deadline = SteadyClock::now() + std::chrono::seconds(5);
    while (SteadyClock::now() < deadline && ::waitpid(-1, nullptr, WNOHANG) >= 0)
      std::this_thread::sleep_for(Milliseconds{5});
  }

 private:
  void start_due() {
    for (auto& child : children_) {
      if (child.pid != 0 || child.start_at > SteadyClock::now()) continue;
      auto environment = system::basic_environment();
      environment["LIFEBOAT_SCOPE"] = options_.scope_root.string();
      const auto log = options_.scope_root / "logs" / (child.argv.at(1) + ".log");
      const auto identity = system::spawn({child.argv, environment, options_.scope_root, log});
      child.started_at = SteadyClock::now();
      if (identity) {
        child.pid = identity->pid;
      } else {
        put_off(child);
      }
    }
  }

  static void put_off(Child& child) {
    const auto now = SteadyClock::now();
    if (now - child.started_at > std::chrono::seconds(10)) child.backoff = restart_backoff_first;
    child.start_at = now + child.backoff;
    child.backoff = std::min(child.backoff * 2, restart_backoff_max);
    child.pid = 0;
  }

  void wait() {
    auto next = SteadyClock::now() + std::chrono::seconds(60);
    for (const auto& child : children_) {
      if (child.pid == 0) next = std::min(next, child.start_at);
    }
    const auto left = std::chrono::ceil<Milliseconds>(next - SteadyClock::now());
    pollfd waiting{signals_.get(), POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGTERM) ending_ = true;
    }
  }

  void reap() {
    for (pid_t pid = 0; (pid = ::waitpid(-1, nullptr, WNOHANG)) > 0;) {
      const auto child = std::ranges::find(children_, pid, &Child::pid);
      if (child != children_.end()) put_off(*child);
    }
  }

  const RegionInitOptions& options_;
  system::Descriptor signals_;
  std::vector<Child> children_;
  bool ending_ = false;
};

int complain(const base::Error& error) {
  fmt::print(stderr, "lifeboat region-init: error: {}\n", error.text());
  return 1;
}

system::Descriptor take_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  return system::Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

int run_region_init(const RegionInitOptions& options) {
  const auto lock = system::FileLock::take(options.scope_root / "init.lock");
  if (!lock) return complain(lock.error());
  const auto claimed = claim_addresses(options.address_prefix);
  if (!claimed) return complain(claimed.error());
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  auto signals = take_signals();
  const auto self = system::process_stat(::getpid());
  if (!self) return complain({ErrorCode::process_failed, "/proc is not readable", ""});
  if (auto written = write_identity(options.scope_root / "init.json", self->identity, ""); !written)
    return complain(written.error());
  RegionInit(options, std::move(signals)).run();
  return 0;
}

bool scope_runs(const std::filesystem::path& scope_root) {
  const auto identity = read_identity(scope_root / "init.json");
  if (!identity) return false;
  const auto init = system::ProcessHandle::open(*identity);
  // One that has ended may wait long to be reaped: not every machine's process 1 is quick at it.
  return init && !init->has_ended();
}

}  // namespace lifeboat::local
