#include "cli/child_command.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "cli/read_file.h"
#include "system/process.h"

namespace lifeboat::cli {
namespace {

constexpr int signal_base = 128;  // As shells count.

}  // namespace

std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

base::Result<ChildCommand> ChildCommand::start(const std::vector<std::string>& arguments,
                                               const std::filesystem::path& home, const std::filesystem::path& output) {
  std::error_code ignored;
  system::SpawnRequest request;
  request.argv = {std::filesystem::read_symlink("/proc/self/exe", ignored).string()};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  request.environment = own_environment();
  request.environment["LIFEBOAT_HOME"] = home.string();
  request.environment["NO_COLOR"] = "1";
  request.working_directory = std::filesystem::current_path(ignored);
  request.output = output;
  auto process = system::spawn(request);
  if (!process) return std::unexpected(process.error());
  return ChildCommand(process->pid, output);
}

ChildCommand::ChildCommand(ChildCommand&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_), output_(std::move(other.output_)) {}

ChildCommand& ChildCommand::operator=(ChildCommand&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(exit_code_, other.exit_code_);
  std::swap(output_, other.output_);
  return *this;
}

ChildCommand::~ChildCommand() {
  if (pid_ <= 0 || exit_code()) return;
  // Our own child and not reaped: the number cannot be another process's.
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::optional<int> ChildCommand::exit_code() {
  int status = 0;
  if (!exit_code_ && pid_ > 0 && waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : signal_base + WTERMSIG(status);
  }
  return exit_code_;
}

void ChildCommand::interrupt() {
  if (!exit_code()) kill(pid_, SIGINT);
}

std::string ChildCommand::output() const {
  return read_file(output_).value_or("");
}

}  // namespace lifeboat::cli
