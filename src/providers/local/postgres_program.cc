#include "providers/local/postgres_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace lifeboat::local {
namespace {

using base::ErrorCode;

class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return value_; }
  void close() {
    if (value_ >= 0) ::close(std::exchange(value_, -1));
  }

 private:
  int value_;
};

struct Pipe {
  Descriptor read, write;
};

base::Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return base::fail(ErrorCode::io_failed, fmt::format("a pipe could not be made: {}", std::strerror(errno)));
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> environment_of(const ProgramCall& call) {
  std::vector<std::string> all{"LC_ALL=C"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with("PG") && !text.starts_with("LC_ALL=")) all.emplace_back(text);
  }
  for (const auto& [key, value] : call.environment) all.push_back(key + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// The child's side between fork and exec: calls only what is safe there.
[[noreturn]] void become(char* const* argv, char* const* envp, const char* folder, int output, int errors,
                         pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent || ::chdir(folder) != 0) ::_exit(126);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(argv[0], argv, envp);
  ::_exit(127);
}

/// Reads what is there; false at the end of the stream.
bool drain(const Descriptor& from, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto count = ::read(from.get(), buffer.data(), buffer.size());
  if (count > 0) into.append(buffer.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EINTR || errno == EAGAIN));
}

struct Streams {
  Descriptor output, errors;
  std::string output_text, errors_text;

  /// Copies until both ends are closed; false when it had to give up before.
  bool copy(const Deadline& deadline, const std::stop_token& stop) {
    while (output.get() >= 0 || errors.get() >= 0) {
      if (deadline.passed() || stop.stop_requested()) return false;
      std::array<pollfd, 2> waiting{pollfd{output.get(), POLLIN, 0}, pollfd{errors.get(), POLLIN, 0}};
      ::poll(waiting.data(), waiting.size(), 20);
      if (waiting[0].revents != 0 && !drain(output, output_text)) output.close();
      if (waiting[1].revents != 0 && !drain(errors, errors_text)) errors.close();
    }
    return true;
  }
};

std::string tail(const std::string& text) {
  const std::size_t limit = 1500;
  return text.size() <= limit ? text : "…" + text.substr(text.size() - limit);
}

base::Result<std::string> judge(const ProgramCall& call, int status, const Streams& streams) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    return base::fail(ErrorCode::program_missing, fmt::format("{} could not be executed", call.argv.front()));
  }
  if (WIFEXITED(status) && (WEXITSTATUS(status) == 0 || call.any_status)) return streams.output_text;
  const auto how =
      WIFEXITED(status) ? fmt::format("status {}", WEXITSTATUS(status)) : fmt::format("signal {}", WTERMSIG(status));
  return base::fail(ErrorCode::process_failed,
                    fmt::format("{} ended with {}: {}", call.argv.front(), how, tail(streams.errors_text)));
}

}  // namespace

base::Result<std::string> run_program(const ProgramCall& call, const Deadline& deadline, const std::stop_token& stop) {
  auto output = make_pipe();
  auto errors = make_pipe();
  if (!output) return std::unexpected(output.error());
  if (!errors) return std::unexpected(errors.error());
  auto arguments = call.argv;
  auto environment = environment_of(call);
  const auto argv = pointers(arguments);
  const auto envp = pointers(environment);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return base::fail(ErrorCode::process_failed, fmt::format("fork: {}", std::strerror(errno)));
  if (child == 0) {
    become(argv.data(), envp.data(), call.working_directory.c_str(), output->write.get(), errors->write.get(), parent);
  }
  ::setpgid(child, child);
  output->write.close();
  errors->write.close();
  Streams streams{std::move(output->read), std::move(errors->read), {}, {}};
  const bool ended = streams.copy(deadline, stop);
  if (!ended) ::kill(-child, SIGKILL);  // The group is ours until the child is waited for, below.
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) {
    return base::fail(ErrorCode::wait_expired,
                      fmt::format("{} was ended before it was done: {}", call.argv.front(),
                                  stop.stop_requested() ? "the work was called off" : "its time limit passed"));
  }
  return judge(call, status, streams);
}

}  // namespace lifeboat::local
