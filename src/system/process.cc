#include "system/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace lifeboat::system {
namespace {

using base::ErrorCode;

struct ExecFailure {
  int error = 0;
  char step = 0;  // 'c' working directory, 'o' output, 'x' execution.
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void give_up(int report, char step) {
  const ExecFailure failure{errno, step};
  [[maybe_unused]] const auto written = ::write(report, &failure, sizeof failure);
  ::_exit(127);
}

/// Only calls that are safe between fork and exec in a program with threads.
[[noreturn]] void become(const SpawnRequest& request, char* const* argv, char* const* environment, int report) {
  ::setsid();
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  if (!request.working_directory.empty() && ::chdir(request.working_directory.c_str()) != 0) give_up(report, 'c');
  const int input = ::open("/dev/null", O_RDONLY);
  const int output = request.output.empty() ? ::open("/dev/null", O_WRONLY)
                                            : ::open(request.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (input < 0 || output < 0) give_up(report, 'o');
  // The report pipe stands above the three standard descriptors and closes itself when the execution succeeds.
  ::dup2(input, 0);
  ::dup2(output, 1);
  ::dup2(output, 2);
  ::close_range(3, static_cast<unsigned>(report) - 1, 0);
  ::close_range(static_cast<unsigned>(report) + 1, ~0U, 0);
  ::execve(argv[0], argv, environment);
  give_up(report, 'x');
}

std::unexpected<base::Error> spawn_error(const SpawnRequest& request, const ExecFailure& failure) {
  const auto reason = std::strerror(failure.error);
  if (failure.step == 'c') {
    return base::fail(ErrorCode::process_failed,
                      fmt::format("entering {}: {}", request.working_directory.string(), reason));
  }
  if (failure.step == 'o') {
    return base::fail(ErrorCode::process_failed, fmt::format("opening {}: {}", request.output.string(), reason));
  }
  const auto code = failure.error == ENOENT ? ErrorCode::program_missing : ErrorCode::process_failed;
  return base::fail(code, fmt::format("executing {}: {}", request.argv.front(), reason));
}

}  // namespace

std::optional<ProcessStat> process_stat(pid_t pid) {
  const Descriptor file(::open(fmt::format("/proc/{}/stat", pid).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::array<char, 1024> text{};
  if (::read(file.get(), text.data(), text.size() - 1) <= 0) return std::nullopt;
  // The program's name may hold anything, so the fields are counted from the last parenthesis.
  const char* after_name = std::strrchr(text.data(), ')');
  if (after_name == nullptr) return std::nullopt;
  ProcessStat stat;
  stat.identity.pid = pid;
  unsigned long long start = 0;
  if (std::sscanf(after_name + 2, "%c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
                  &stat.state, &stat.parent, &start) != 3) {
    return std::nullopt;
  }
  stat.identity.start_time_ticks = start;
  return stat;
}

std::optional<ProcessHandle> ProcessHandle::open(const ProcessIdentity& identity) {
  if (identity.pid <= 0) return std::nullopt;
  Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, identity.pid, 0)));
  if (!pidfd) return std::nullopt;
  // Read after the handle exists: if the start time is right now, the handle is to the right process.
  const auto stat = process_stat(identity.pid);
  if (!stat || stat->identity != identity) return std::nullopt;
  return ProcessHandle(std::move(pidfd), identity);
}

bool ProcessHandle::has_ended() const {
  return wait_ended(base::Milliseconds{0});
}

bool ProcessHandle::signal(int number) const {
  return ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0;
}

bool ProcessHandle::wait_ended(base::Milliseconds limit) const {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto left = std::chrono::ceil<base::Milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd wait{pidfd_.get(), POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return false;
  }
}

base::Result<ProcessIdentity> spawn(const SpawnRequest& request) {
  auto arguments = request.argv;
  std::vector<std::string> variables;
  for (const auto& [name, value] : request.environment) variables.push_back(name + "=" + value);
  const auto argv = pointers_to(arguments);
  const auto environment = pointers_to(variables);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return base::fail(ErrorCode::process_failed, std::strerror(errno));
  const Descriptor read_end(ends[0]);
  Descriptor write_end(::fcntl(ends[1], F_DUPFD_CLOEXEC, 16));
  ::close(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return base::fail(ErrorCode::process_failed, fmt::format("fork: {}", std::strerror(errno)));
  if (child == 0) become(request, argv.data(), environment.data(), write_end.get());
  write_end = Descriptor();
  ExecFailure failure;
  ssize_t count = 0;
  while ((count = ::read(read_end.get(), &failure, sizeof failure)) < 0 && errno == EINTR) {
  }
  if (count == sizeof failure) {
    ::waitpid(child, nullptr, 0);
    return spawn_error(request, failure);
  }
  const auto stat = process_stat(child);
  if (!stat) return base::fail(ErrorCode::process_failed, request.argv.front() + " ended at once");
  return stat->identity;
}

std::map<std::string, std::string> basic_environment() {
  std::map<std::string, std::string> environment;
  for (const char* name : {"PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "LIFEBOAT_PACKAGES", "LIFEBOAT_PROGRAM_PATH"}) {
    if (const char* value = std::getenv(name)) environment[name] = value;
  }
  return environment;
}

}  // namespace lifeboat::system
