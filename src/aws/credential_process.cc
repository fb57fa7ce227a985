#include "aws/credential_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "system/descriptor.h"

namespace lifeboat::aws {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t most_bytes = 1 << 20;

/// A child with its standard output; ended and reaped at the latest when this goes.
class Child {
 public:
  Child(pid_t pid, system::Descriptor output) : pid_(pid), output_(std::move(output)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (pid_ == 0) return;
    // Its group, because the shell may have children of its own.
    ::kill(-pid_, SIGKILL);
    wait();
  }

  /// What it prints until it closes its output; false when the time is over or it prints too much.
  bool read(std::string& text, Steady::time_point deadline) {
    while (text.size() <= most_bytes) {
      const auto left = std::chrono::ceil<base::Milliseconds>(deadline - Steady::now()).count();
      pollfd waiting{.fd = output_.get(), .events = POLLIN, .revents = 0};
      if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return false;
      std::array<char, 4096> buffer{};
      const auto count = ::read(output_.get(), buffer.data(), buffer.size());
      if (count <= 0) return count == 0;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return false;
  }

  /// True when it has ended by then; a program may close its output and go on.
  bool ends_by(Steady::time_point deadline) const {
    const system::Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
    const auto left =
        std::max<std::int64_t>(std::chrono::ceil<base::Milliseconds>(deadline - Steady::now()).count(), 0);
    pollfd waiting{.fd = handle.get(), .events = POLLIN, .revents = 0};
    return handle && ::poll(&waiting, 1, static_cast<int>(left)) == 1;
  }

  /// Its exit code; -1 when a signal ended it.
  int wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_;
  system::Descriptor output_;
};

struct Attributes {
  Attributes() {
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawn_file_actions_init(&actions);
  }
  ~Attributes() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;

  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t actions{};
};

/// 0 when it could not be started.
pid_t start(const std::string& command, int output) {
  Attributes how;
  ::posix_spawn_file_actions_adddup2(&how.actions, output, STDOUT_FILENO);
  std::string shell = "sh";
  std::string flag = "-c";
  std::string text = command;
  std::array<char*, 4> arguments{shell.data(), flag.data(), text.data(), nullptr};
  pid_t pid = 0;
  const auto error = ::posix_spawn(&pid, "/bin/sh", &how.actions, &how.attributes, arguments.data(), environ);
  return error == 0 ? pid : 0;
}

}  // namespace

Found run_credential_process(const std::string& command, base::Milliseconds limit) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return broken("the credential_process could not be given a pipe");
  system::Descriptor output(ends[0]);
  system::Descriptor input(ends[1]);
  const auto pid = start(command, input.get());
  if (pid == 0) return broken("the credential_process could not be started");
  input = system::Descriptor();
  Child child(pid, std::move(output));
  std::string text;
  const auto deadline = Steady::now() + limit;
  if (!child.read(text, deadline) || !child.ends_by(deadline))
    return broken(fmt::format("the credential_process did not end within {} s", limit.count() / 1000));
  if (const int code = child.wait(); code != 0)
    return broken(fmt::format("the credential_process ended with {}", code));
  return credentials_from_json(text, "the credential_process");
}

}  // namespace lifeboat::aws
